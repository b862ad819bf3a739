import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { decodeFunctionResult, encodeFunctionData, type PublicClient } from "viem";
import { answer, callNewest } from "./engine.ts";
import { directoryAbi } from "./generated/directory.ts";

/** The engine answers, but it is not the ledger that is configured. */
export function ledgerMismatch(
  reason: "other-chain" | "no-contract" | "other-consortium",
): AnamnesisError<"ledger-mismatch"> {
  return new AnamnesisError({
    code: "ledger-mismatch",
    rule: "The engine must be the configured chain and hold the configured contracts.",
    fix: "Check the RPC address, the chain id and the contracts' addresses; a chain that was reset needs its contracts deployed anew.",
    meta: { reason },
  });
}

/** Throws `ledger-mismatch` unless these contracts stand on this chain and belong together. */
export async function checkDeployment(
  client: PublicClient,
  identity: LedgerIdentity,
  relay: Address,
): Promise<{ blockGas: bigint }> {
  const { contracts } = identity;
  const [chainId, block, ...codes] = await answer("eth_getCode", () =>
    Promise.all([
      client.getChainId(),
      client.getBlock(),
      ...[...Object.values(contracts), relay].map((address) => client.getCode({ address })),
    ]),
  );
  if (chainId !== identity.chainId) throw ledgerMismatch("other-chain");
  if (codes.some((code) => code === undefined)) throw ledgerMismatch("no-contract");
  const dependents = [contracts.directory, contracts.records, contracts.receipts];
  const consortia = await Promise.all(dependents.map((contract) => consortiumOf(client, contract)));
  if (consortia.some((found) => found !== contracts.consortium)) throw ledgerMismatch("other-consortium");
  return { blockGas: block.gasLimit };
}

/** The getter is the same in all contracts whose intents an organisation signs; `null` when there is none. */
async function consortiumOf(client: PublicClient, contract: Address): Promise<string | null> {
  const getter = { abi: directoryAbi, functionName: "consortium" } as const;
  const { data } = await answer("eth_call", () =>
    callNewest(client, { to: contract, data: encodeFunctionData(getter) }),
  );
  if (data === undefined || data.length !== 66) return null;
  return decodeFunctionResult({ ...getter, data }).toLowerCase();
}
