import { AnamnesisError, hasCode as hasErrorCode } from "@anamnesis/core/errors";
import type { Address, Hash32, Hex } from "@anamnesis/core/ids";
import type { IntentContract, LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type ConsortiumParameters, DEFAULT_PARAMETERS } from "@anamnesis/core/ledger/proposal";
import { MEMBER_KINDS } from "@anamnesis/core/ports/ledger";
import {
  decodeFunctionResult,
  encodeDeployData,
  encodeFunctionData,
  keccak256,
  pad,
  type PublicClient,
  zeroHash,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { GenesisMember } from "../genesisMember.ts";
import { ledgerUnavailable } from "../unavailable.ts";
import { create2Address, create2Data, type Factory, factoryOf, hasCode } from "./create2.ts";
import { answer, callNewest, connectEngine } from "./engine.ts";
import { consentsAbi, consentsBytecode } from "./generated/consents.ts";
import { consortiumAbi, consortiumBytecode } from "./generated/consortium.ts";
import { directoryAbi, directoryBytecode } from "./generated/directory.ts";
import { ownersAbi, ownersBytecode } from "./generated/owners.ts";
import { policyAbi, policyBytecode } from "./generated/policy.ts";
import { receiptsAbi, receiptsBytecode } from "./generated/receipts.ts";
import { recordsAbi, recordsBytecode } from "./generated/records.ts";
import { relayAbi, relayBytecode } from "./generated/relay.ts";
import { requireFree } from "./requireFree.ts";
import { broadcast, REFUSED, sendTransaction } from "./sendTransaction.ts";
import { waitBlock } from "./waitBlock.ts";
import { waitIncluded } from "./waitIncluded.ts";

export interface DeployOptions {
  readonly rpcUrl: string;
  /** Private key (32 bytes) of the account that sends; it has no rights afterwards. Nothing else may use it meanwhile. */
  readonly account: Hex;
  readonly members: readonly GenesisMember[];
  /** `DEFAULT_PARAMETERS` by default; its members change them by vote. */
  readonly parameters?: ConsortiumParameters;
  /** Milliseconds, as in `EvmLedgerOptions`. */
  readonly requestDeadline?: number;
  readonly inclusionDeadline?: number;
  readonly pollingInterval?: number;
  /**
   * Blocks that must stand above the contracts before they count; 0 by default, which is for an engine that replaces no block by
   * itself. What a replaced block took away is sent again.
   */
  readonly confirmations?: number;
}

export interface Deployment {
  readonly identity: LedgerIdentity;
  readonly relay: Address;
  /** Block of the first event. */
  readonly firstBlock: number;
  /** Gas of all transactions together; 0 when everything stood. */
  readonly gas: number;
}

interface Creation {
  readonly address: Address;
  readonly data: Hex;
}

const ROUNDS = 5;

/**
 * Creates the contracts of this ledger that the chain does not have yet, each at an address that depends on the chain's id,
 * the contracts' code, members and parameters alone: not on who deploys. So a deployment that was interrupted is completed
 * by running it again, and one that is complete sends nothing. Throws `ledger-unavailable`, `ledger-not-free`, `factory-refused`.
 */
export async function deployContracts(options: DeployOptions): Promise<Deployment> {
  const requestDeadline = options.requestDeadline ?? 5_000;
  const pollingInterval = options.pollingInterval ?? 100;
  const engine = { rpcUrl: options.rpcUrl, requestDeadline, pollingInterval };
  const probe = connectEngine({ ...engine, chainId: 0 });
  const chainId = await answer("eth_chainId", () => probe.getChainId());
  const client = connectEngine({ ...engine, chainId });
  const deadline = options.inclusionDeadline ?? 30_000;
  const factory = await factoryOf(chainId);
  const plan = planOf(factory.address, options.members, options.parameters ?? DEFAULT_PARAMETERS);
  const account = privateKeyToAccount(options.account);

  let gas = 0;
  let missing = await missingOf(client, Object.values(plan));
  for (let round = 1; missing.length > 0; round++) {
    if (round > ROUNDS) throw ledgerUnavailable("eth_getCode", "contracts-vanish");
    const before = missing.length;
    const attempt = await createAll(
      client,
      account,
      factory,
      missing,
      deadline,
      options.confirmations ?? 0,
    ).catch((error: unknown) => ({ error }));
    missing = await missingOf(client, Object.values(plan));
    if ("gas" in attempt) gas += attempt.gas;
    // What a replaced block took away may come back by itself, and refuse to be created twice.
    else if (missing.length === before) throw attempt.error;
  }

  const { relay, ...contracts } = plan;
  return {
    identity: {
      chainId,
      contracts: {
        consortium: contracts.consortium.address,
        directory: contracts.directory.address,
        consents: contracts.consents.address,
        records: contracts.records.address,
        receipts: contracts.receipts.address,
        owners: contracts.owners.address,
        policy: contracts.policy.address,
      },
    },
    relay: relay.address,
    firstBlock: await firstBlockOf(client, contracts.consortium.address),
    gas,
  };
}

async function createAll(
  client: PublicClient,
  account: PrivateKeyAccount,
  factory: Factory,
  missing: readonly Creation[],
  deadline: number,
  confirmations: number,
): Promise<{ readonly gas: number }> {
  await requireFree(client);
  let gas = await createFactory(client, factory, deadline);
  const hashes: Hash32[] = [];
  for (const { data } of missing) hashes.push(await create(client, account, factory.address, data));
  let newest = 0;
  for (const hash of hashes) {
    const receipt = await waitIncluded(client, hash, deadline);
    gas += Number(receipt.gasUsed);
    newest = Math.max(newest, Number(receipt.blockNumber));
  }
  await waitBlock(client, newest + confirmations, deadline);
  return { gas };
}

type Plan = Readonly<Record<IntentContract | "policy" | "relay", Creation>>;

/** The consortium's address is the salt of the others, so that no two ledgers of a chain share any contract. */
function planOf(factory: Address, members: readonly GenesisMember[], parameters: ConsortiumParameters): Plan {
  const at = (salt: Hash32, creation: Hex): Creation => ({
    address: create2Address(factory, salt, creation),
    data: create2Data(salt, creation),
  });
  const genesis = members.map(({ organisation, kind, ...rest }) => ({
    id: organisation,
    kind: MEMBER_KINDS.indexOf(kind),
    ...rest,
  }));
  const initial = {
    quorum: BigInt(parameters.quorum),
    votingPeriod: BigInt(parameters.votingPeriod),
    minimumMembers: BigInt(parameters.minimumMembers),
    maxPause: BigInt(parameters.maxPause),
  };
  const consortium = at(
    zeroHash,
    encodeDeployData({ abi: consortiumAbi, bytecode: consortiumBytecode, args: [genesis, initial] }),
  );
  const args = [consortium.address] as const;
  const salt = pad(consortium.address);
  const directory = at(salt, encodeDeployData({ abi: directoryAbi, bytecode: directoryBytecode, args }));
  const consents = at(salt, encodeDeployData({ abi: consentsAbi, bytecode: consentsBytecode }));
  const records = at(salt, encodeDeployData({ abi: recordsAbi, bytecode: recordsBytecode, args }));
  const owners = at(salt, encodeDeployData({ abi: ownersAbi, bytecode: ownersBytecode }));
  const asked = [consortium, directory, consents, owners, records].map(({ address }) => address);
  return {
    consortium,
    directory,
    consents,
    records,
    receipts: at(salt, encodeDeployData({ abi: receiptsAbi, bytecode: receiptsBytecode, args })),
    owners,
    policy: at(
      salt,
      encodeDeployData({
        abi: policyAbi,
        bytecode: policyBytecode,
        args: asked as [Address, Address, Address, Address, Address],
      }),
    ),
    relay: at(salt, encodeDeployData({ abi: relayAbi, bytecode: relayBytecode })),
  };
}

async function missingOf(client: PublicClient, creations: readonly Creation[]): Promise<readonly Creation[]> {
  const there = await answer("eth_getCode", () =>
    Promise.all(creations.map(({ address }) => hasCode(client, address))),
  );
  return creations.filter((_, place) => there[place] !== true);
}

/** The gas that it took; 0 when it stood. */
async function createFactory(client: PublicClient, factory: Factory, deadline: number): Promise<number> {
  const stands = async (): Promise<boolean> => answer("eth_getCode", () => hasCode(client, factory.address));
  if (await stands()) return 0;
  try {
    await broadcast(client, factory.transaction);
  } catch (error) {
    if (!hasErrorCode(error, "ledger-unavailable") || error.meta["reason"] !== REFUSED) throw error;
    throw factoryRefused(factory.sender);
  }
  return Number((await waitIncluded(client, keccak256(factory.transaction), deadline)).gasUsed);
}

function factoryRefused(sender: Address): AnamnesisError<"factory-refused"> {
  return new AnamnesisError({
    code: "factory-refused",
    rule: "The chain takes the transaction that creates the factory of the contracts, from an account that nobody has the key of.",
    fix: "On a chain that lets only listed accounts send or create contracts, list this account; then run the deployment again.",
    meta: { sender },
  });
}

async function create(
  client: PublicClient,
  account: PrivateKeyAccount,
  factory: Address,
  data: Hex,
): Promise<Hash32> {
  const gas = await answer("eth_estimateGas", () =>
    client.estimateGas({ account: account.address, to: factory, data, gasPrice: 0n }),
  );
  return sendTransaction(client, account, { to: factory, data, gas });
}

/** Who deploys again learns from the contract itself what the first deployment's receipts said. */
async function firstBlockOf(client: PublicClient, consortium: Address): Promise<number> {
  const getter = { abi: consortiumAbi, functionName: "firstBlock" } as const;
  const { data } = await answer("eth_call", () =>
    callNewest(client, { to: consortium, data: encodeFunctionData(getter) }),
  );
  return Number(decodeFunctionResult({ ...getter, data: data ?? "0x" }));
}
