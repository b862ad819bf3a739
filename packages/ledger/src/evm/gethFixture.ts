import { randomBytes } from "node:crypto";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type ConsortiumParameters, DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { type Address, type Hash32, parseUnixSeconds } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Clock } from "@anamnesis/core/ports/runtime";
import type { GenesisMember } from "../genesisMember.ts";
import { type Deployment, deployContracts } from "./deployContracts.ts";
import { createPublicClient, http, keccak256 } from "viem";
import { EvmLedger, type EvmLedgerOptions } from "./evmLedger.ts";
import type { CliqueNetwork } from "./geth/cliqueNetwork.ts";

const POLLING_INTERVAL = 50;
const wallClock: Clock = { now: () => parseUnixSeconds(Math.floor(Date.now() / 1000)) };

/** What the conformance suite needs (its `LedgerFixture`), and what tests of a network of several nodes need besides. */
export interface GethFixture {
  readonly deployment: Deployment;
  readonly identity: LedgerIdentity;
  readonly parameters: ConsortiumParameters;
  /** A port on the next node round, or on the one at `place`. */
  connect(place?: number, options?: Partial<EvmLedgerOptions>): Promise<EvmLedger>;
  advance(blocks: number): Promise<void>;
  settle(): Promise<void>;
  readonly reorganise: string;
  readonly pass: string;
  contract(): Promise<{ readonly target: Address; readonly codehash: Hash32 }>;
  silence(): Promise<void>;
  close(): Promise<void>;
}

let ledgers = 0;

/**
 * For tests: the contracts with these members on a running network, other ones each time, so that its ledgers are as many as its
 * fixtures. `close` leaves the network as it was, and running.
 */
export async function gethFixture(
  network: CliqueNetwork,
  genesis: readonly GenesisMember[],
): Promise<GethFixture> {
  const account = () => toHex(randomBytes(32));
  // The addresses follow from members and parameters: no two fixtures have the same.
  const parameters = { ...DEFAULT_PARAMETERS, votingPeriod: DEFAULT_PARAMETERS.votingPeriod - ++ledgers };
  const deployment = await deployContracts({
    rpcUrl: network.node(0).rpcUrl,
    account: account(),
    members: genesis,
    parameters,
    pollingInterval: POLLING_INTERVAL,
    confirmations: 2,
  });
  const { identity, relay, firstBlock } = deployment;
  await network.settle(firstBlock + 1);
  let next = 0;
  return {
    deployment,
    identity,
    parameters,
    connect: async (place = next++, options = {}) =>
      EvmLedger.connect({
        rpcUrl: network.node(place).rpcUrl,
        identity,
        relay,
        firstBlock,
        account: account(),
        clock: wallClock,
        pollingInterval: POLLING_INTERVAL,
        requestDeadline: 2_000,
        ...options,
      }),
    advance: async (blocks) => {
      const heights = await Promise.all(network.nodes.map((node) => network.height(node)));
      await network.reached(Math.max(...heights) + blocks);
    },
    settle: async () => network.settle(),
    reorganise:
      "a Clique network replaces its newest blocks by itself and not on demand: see geth/cliqueNetwork.geth.test.ts",
    pass: "blocks of a Clique network have the time at which they are made",
    contract: async () => {
      const target = identity.contracts.records;
      const client = createPublicClient({ transport: http(network.node(0).rpcUrl) });
      return { target, codehash: keccak256((await client.getCode({ address: target })) ?? "0x") };
    },
    silence: async () => {
      for (const node of network.nodes) node.pause();
    },
    close: async () => {
      for (const node of network.nodes) node.resume();
    },
  };
}
