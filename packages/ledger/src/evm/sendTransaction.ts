import type { Address, Hash32, Hex } from "@anamnesis/core/ids";
import { BaseError, keccak256, type PrivateKeyAccount, type PublicClient, RpcRequestError } from "viem";
import { ledgerUnavailable } from "../unavailable.ts";
import { answer } from "./engine.ts";
import { ledgerNotFree } from "./requireFree.ts";

export interface Transaction {
  /** Absent for the creation of a contract. */
  readonly to?: Address;
  readonly data: Hex;
  readonly gas: bigint;
}

const ATTEMPTS = 5;
const ALREADY_SENT = /already (?:known|imported)/i;
const NONCE_TAKEN = /nonce|replace/i;
/** As geth, Besu and anvil say it. */
const NOT_FREE =
  /insufficient funds|exceeds (?:the )?(?:up-?front|account) ?balance|underpriced|base ?fee|gas ?price|fee cap|priority fee/i;
/** Reason of a `ledger-unavailable`: the engine answered, and takes no such transaction. */
export const REFUSED = "transaction-refused";

/**
 * Signs and sends a legacy transaction at gas price zero; returns its hash. The nonce is the engine's own count each
 * time, so one that is off (the chain was reset, another process uses the account) is right at the next attempt.
 * Throws `ledger-unavailable`, `ledger-not-free`.
 */
export async function sendTransaction(
  client: PublicClient,
  account: PrivateKeyAccount,
  transaction: Transaction,
): Promise<Hash32> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const nonce = await answer("eth_getTransactionCount", () =>
      client.getTransactionCount({ address: account.address, blockTag: "pending" }),
    );
    const serializedTransaction = await account.signTransaction({
      type: "legacy",
      chainId: client.chain?.id ?? 0,
      gasPrice: 0n,
      nonce,
      ...transaction,
    });
    if (await broadcast(client, serializedTransaction)) return keccak256(serializedTransaction);
  }
  throw ledgerUnavailable("eth_sendRawTransaction", "nonce-contended");
}

/** False when the nonce was used meanwhile. Throws `ledger-unavailable`, `ledger-not-free`. */
export async function broadcast(client: PublicClient, serializedTransaction: Hex): Promise<boolean> {
  try {
    await client.sendRawTransaction({ serializedTransaction });
    return true;
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    const details = error.details ?? "";
    if (ALREADY_SENT.test(details)) return true;
    if (NONCE_TAKEN.test(details)) return false;
    if (NOT_FREE.test(details)) throw ledgerNotFree();
    const answered = error.walk((cause) => cause instanceof RpcRequestError) !== null;
    throw ledgerUnavailable("eth_sendRawTransaction", answered ? REFUSED : error.name);
  }
}
