import { type Address, type Hash32, type Hex, parseAddress } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { MEMBER_KINDS } from "@anamnesis/core/ports/ledger";
import { encodeDeployData, getContractAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { GenesisMember } from "../genesisMember.ts";
import { answer, connectEngine } from "./engine.ts";
import { consentsAbi, consentsBytecode } from "./generated/consents.ts";
import { consortiumAbi, consortiumBytecode } from "./generated/consortium.ts";
import { directoryAbi, directoryBytecode } from "./generated/directory.ts";
import { receiptsAbi, receiptsBytecode } from "./generated/receipts.ts";
import { recordsAbi, recordsBytecode } from "./generated/records.ts";
import { relayAbi, relayBytecode } from "./generated/relay.ts";
import { sendTransaction } from "./sendTransaction.ts";
import { waitIncluded } from "./waitIncluded.ts";

/** What the consortium starts with: more than half, 14 days for a vote, two members at least, a week for a pause. */
const PARAMETERS = { quorum: 5_000n, votingPeriod: 1_209_600n, minimumMembers: 2n, maxPause: 604_800n };

export interface DeployOptions {
  readonly rpcUrl: string;
  /** Private key (32 bytes) of the deploying account; it has no rights afterwards. Nothing else may use it meanwhile. */
  readonly account: Hex;
  readonly members: readonly GenesisMember[];
  /** Milliseconds, as in `EvmLedgerOptions`. */
  readonly requestDeadline?: number;
  readonly inclusionDeadline?: number;
  readonly pollingInterval?: number;
}

export interface Deployment {
  readonly identity: LedgerIdentity;
  readonly relay: Address;
  /** Block of the first event. */
  readonly firstBlock: number;
  /** Gas of all creations together. */
  readonly gas: number;
}

/**
 * Creates the contracts in a fixed order (consortium, directory, consents, records, receipts, relay), so that an
 * account's first deployment on a chain has the same addresses each time. Throws `ledger-unavailable`.
 */
export async function deployContracts(options: DeployOptions): Promise<Deployment> {
  const requestDeadline = options.requestDeadline ?? 5_000;
  const pollingInterval = options.pollingInterval ?? 100;
  const engine = { rpcUrl: options.rpcUrl, requestDeadline, pollingInterval };
  const probe = connectEngine({ ...engine, chainId: 0 });
  const chainId = await answer("eth_chainId", () => probe.getChainId());
  const client = connectEngine({ ...engine, chainId });
  const account = privateKeyToAccount(options.account);
  const first = await answer("eth_getTransactionCount", () =>
    client.getTransactionCount({ address: account.address, blockTag: "pending" }),
  );
  const addressAt = (place: number): Address =>
    parseAddress(getContractAddress({ from: account.address, nonce: BigInt(first + place) }));

  const consortium = addressAt(0);
  const hashes: Hash32[] = [];
  for (const data of creations(consortium, options.members)) {
    const gas = await answer("eth_estimateGas", () =>
      client.estimateGas({ account: account.address, data, gasPrice: 0n }),
    );
    hashes.push(await sendTransaction(client, account, { data, gas }));
  }
  const deadline = options.inclusionDeadline ?? 30_000;
  const receipts = await Promise.all(hashes.map((hash) => waitIncluded(client, hash, deadline)));
  return {
    identity: {
      chainId,
      contracts: {
        consortium,
        directory: addressAt(1),
        consents: addressAt(2),
        records: addressAt(3),
        receipts: addressAt(4),
      },
    },
    relay: addressAt(5),
    firstBlock: Math.min(...receipts.map(({ blockNumber }) => Number(blockNumber))),
    gas: receipts.reduce((sum, { gasUsed }) => sum + Number(gasUsed), 0),
  };
}

function creations(consortium: Address, members: readonly GenesisMember[]): readonly Hex[] {
  const genesis = members.map(({ organisation, kind, ...rest }) => ({
    id: organisation,
    kind: MEMBER_KINDS.indexOf(kind),
    ...rest,
  }));
  return [
    encodeDeployData({ abi: consortiumAbi, bytecode: consortiumBytecode, args: [genesis, PARAMETERS] }),
    encodeDeployData({ abi: directoryAbi, bytecode: directoryBytecode, args: [consortium] }),
    encodeDeployData({ abi: consentsAbi, bytecode: consentsBytecode }),
    encodeDeployData({ abi: recordsAbi, bytecode: recordsBytecode, args: [consortium] }),
    encodeDeployData({ abi: receiptsAbi, bytecode: receiptsBytecode, args: [consortium] }),
    encodeDeployData({ abi: relayAbi, bytecode: relayBytecode }),
  ];
}
