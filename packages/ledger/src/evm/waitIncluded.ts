import type { Hash32 } from "@anamnesis/core/ids";
import type { PublicClient, TransactionReceipt } from "viem";
import { hasCode } from "@anamnesis/core/errors";
import { ledgerUnavailable } from "../unavailable.ts";
import { answer } from "./engine.ts";
import { requireFree } from "./requireFree.ts";

/**
 * The receipt once the transaction stands in a block. Throws `ledger-unavailable` when that takes longer than
 * `deadline` milliseconds (it may have vanished: the pool is no promise) or when it stands there without effect, and
 * `ledger-not-free` when it waits because blocks have come to demand a fee.
 */
export async function waitIncluded(
  client: PublicClient,
  hash: Hash32,
  deadline: number,
): Promise<TransactionReceipt> {
  const receipt = await answer("eth_getTransactionReceipt", () =>
    client.waitForTransactionReceipt({
      hash,
      timeout: deadline,
      pollingInterval: client.pollingInterval,
      checkReplacement: false,
    }),
  ).catch(async (error: unknown) => {
    if (hasCode(error, "ledger-unavailable")) await requireFree(client);
    throw error;
  });
  if (receipt.status !== "success") throw ledgerUnavailable("relay", "transaction-reverted");
  return receipt;
}
