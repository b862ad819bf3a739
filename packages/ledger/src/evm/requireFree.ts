import { AnamnesisError } from "@anamnesis/core/errors";
import type { PublicClient } from "viem";
import { answer } from "./engine.ts";

/** The engine demands coins, which nobody here has. */
export function ledgerNotFree(): AnamnesisError<"ledger-not-free"> {
  return new AnamnesisError({
    code: "ledger-not-free",
    rule: "The chain takes transactions at gas price zero, and its blocks have no base fee.",
    fix: "Use a network of the consortium's own: signers with a minimum gas price of 0, and no base fee (on geth, rules before London; on Besu, zeroBaseFee).",
  });
}

/**
 * Throws `ledger-not-free` when the newest block has a base fee: an engine may take free transactions into its pool all the same, and
 * never includes them. `ledger-unavailable` when there is no answer.
 */
export async function requireFree(client: PublicClient): Promise<void> {
  const { baseFeePerGas } = await answer("eth_getBlockByNumber", () => client.getBlock());
  if ((baseFeePerGas ?? 0n) > 0n) throw ledgerNotFree();
}
