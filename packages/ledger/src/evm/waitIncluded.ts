import type { Hash32 } from "@anamnesis/core/ids";
import {
  BaseError,
  type PublicClient,
  type TransactionReceipt,
  TransactionNotFoundError,
  WaitForTransactionReceiptTimeoutError,
} from "viem";
import { hasCode } from "@anamnesis/core/errors";
import { ledgerUnavailable } from "../unavailable.ts";
import { answer } from "./engine.ts";
import { requireFree } from "./requireFree.ts";

/** Milliseconds between two looks whether the engine still has the transaction. */
const LOOK = 1_000;
/** Looks in a row that found none of it. One alone says little: of several nodes behind one address not all have it yet. */
const LOOKS = 3;

/**
 * The receipt once the transaction stands in a block. Throws `ledger-unavailable` when that takes longer than
 * `deadline` milliseconds, when the engine has lost it before (the pool is no promise: it does not outlive a kill, and a
 * reorganisation need not give back what it took) or when it stands there without effect, and
 * `ledger-not-free` when it waits because blocks have come to demand a fee.
 */
export async function waitIncluded(
  client: PublicClient,
  hash: Hash32,
  deadline: number,
): Promise<TransactionReceipt> {
  const receipt = await untilIncluded(client, hash, deadline).catch(async (error: unknown) => {
    if (hasCode(error, "ledger-unavailable")) await requireFree(client);
    throw error;
  });
  if (receipt.status !== "success") throw ledgerUnavailable("relay", "transaction-reverted");
  return receipt;
}

async function untilIncluded(
  client: PublicClient,
  hash: Hash32,
  deadline: number,
): Promise<TransactionReceipt> {
  const end = performance.now() + deadline;
  for (let unknown = 0; ;) {
    const left = end - performance.now();
    const receipt = await includedWithin(client, hash, Math.max(1, Math.min(LOOK, left)), left <= LOOK);
    if (receipt !== null) return receipt;
    unknown = (await isKnown(client, hash)) ? 0 : unknown + 1;
    if (unknown === LOOKS) throw ledgerUnavailable("eth_getTransactionByHash", "transaction-lost");
  }
}

/** `null` when the time is up and it is not the last. */
async function includedWithin(
  client: PublicClient,
  hash: Hash32,
  timeout: number,
  last: boolean,
): Promise<TransactionReceipt | null> {
  return answer("eth_getTransactionReceipt", async () => {
    try {
      return await client.waitForTransactionReceipt({
        hash,
        timeout,
        pollingInterval: client.pollingInterval,
        checkReplacement: false,
      });
    } catch (error) {
      if (!last && error instanceof WaitForTransactionReceiptTimeoutError) return null;
      throw error;
    }
  });
}

/** In the pool or in a block. An engine that does not answer has not said that it is lost. */
async function isKnown(client: PublicClient, hash: Hash32): Promise<boolean> {
  try {
    await client.getTransaction({ hash });
    return true;
  } catch (error) {
    if (error instanceof BaseError) return !(error instanceof TransactionNotFoundError);
    throw error;
  }
}
