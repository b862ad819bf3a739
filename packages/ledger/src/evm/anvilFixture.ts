import { randomBytes } from "node:crypto";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type ConsortiumParameters, DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { type Address, type Hash32, parseUnixSeconds } from "@anamnesis/core/ids";
import type { Clock } from "@anamnesis/core/ports/runtime";
import { createTestClient, http, keccak256, publicActions, type TestClient } from "viem";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { GenesisMember } from "../genesisMember.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { type Deployment, deployContracts } from "./deployContracts.ts";
import { EvmLedger } from "./evmLedger.ts";

/** Seconds between two blocks in tests. */
const BLOCK_TIME = 0.05;
const wallClock: Clock = { now: () => parseUnixSeconds(Math.floor(Date.now() / 1000)) };

/** What the conformance suite needs (its `LedgerFixture`), and what tests of this adapter need besides. */
export interface AnvilFixture {
  readonly anvil: Anvil;
  readonly deployment: Deployment;
  readonly identity: LedgerIdentity;
  readonly parameters: ConsortiumParameters;
  connect(): Promise<EvmLedger>;
  advance(blocks: number): Promise<void>;
  settle(): Promise<void>;
  reorganise(above: number): Promise<void>;
  pass(seconds: number): Promise<void>;
  contract(): Promise<{ readonly target: Address; readonly codehash: Hash32 }>;
  silence(): Promise<void>;
  close(): Promise<void>;
}

export function testClientOf(rpcUrl: string): TestClient<"anvil"> {
  return createTestClient({ mode: "anvil", transport: http(rpcUrl) });
}

/** For tests: a chain with a block interval in a process of its own, and the contracts with these members on it. */
export async function anvilFixture(genesis: readonly GenesisMember[]): Promise<AnvilFixture> {
  const anvil = await startAnvil({ blockTime: BLOCK_TIME, keptStates: 32 });
  const { rpcUrl } = anvil;
  let running = true;
  void anvil.ended.then(() => (running = false));
  const engine = testClientOf(rpcUrl);
  const account = () => toHex(randomBytes(32));
  const deployment = await deployContracts({
    rpcUrl,
    account: account(),
    members: genesis,
    pollingInterval: 10,
  });
  const { identity, relay, firstBlock } = deployment;
  return {
    anvil,
    deployment,
    identity,
    parameters: DEFAULT_PARAMETERS,
    connect: async () =>
      EvmLedger.connect({
        rpcUrl,
        identity,
        relay,
        firstBlock,
        account: account(),
        clock: wallClock,
        pollingInterval: 10,
      }),
    advance: async (blocks) => engine.mine({ blocks }),
    // One process decides, and replaces blocks when it is told to.
    settle: async () => undefined,
    reorganise: async (above) => {
      // No block may come between reading the head and replacing what is above.
      await engine.setIntervalMining({ interval: 0 });
      const head = Number(await engine.extend(publicActions).getBlockNumber({ cacheTime: 0 }));
      // Empty blocks of one second would else come out the same, with the same hash.
      await engine.setCoinbase({ address: toHex(randomBytes(20)) });
      await engine.request<{ Method: "anvil_reorg"; Parameters: [number, []]; ReturnType: null }>({
        method: "anvil_reorg",
        params: [head - above, []],
      });
      await engine.setIntervalMining({ interval: 1 });
    },
    pass: async (seconds) => {
      await engine.increaseTime({ seconds });
      await engine.mine({ blocks: 1 });
    },
    contract: async () => {
      const target = identity.contracts.records;
      const code = await engine.extend(publicActions).getCode({ address: target });
      return { target, codehash: keccak256(code ?? "0x") };
    },
    silence: async () => void process.kill(anvil.pid, "SIGSTOP"),
    close: async () => {
      // SIGKILL ends a stopped process too, and saves nothing: a closed fixture is a crashed engine.
      if (running) process.kill(anvil.pid, "SIGKILL");
      await anvil.ended;
    },
  };
}
