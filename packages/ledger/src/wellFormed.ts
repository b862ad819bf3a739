import { AnamnesisError } from "@anamnesis/core/errors";
import { type Intent, type LedgerIdentity, intentDigest } from "@anamnesis/core/ledger/intents";

const UPPER_CASE_HEX = /^0x[0-9a-f]*[A-F]/;

/**
 * The digest that an intent's signatures are over, 32 bytes; `null` when a field is not of its EIP-712 type or not in
 * the one spelling that our ids have, so that no engine can take it.
 */
export function digestOfWellFormed(identity: LedgerIdentity, intent: Intent): Uint8Array | null {
  const { endpoint: _text, ...ids } = intent as Intent & { endpoint?: string };
  const values: readonly unknown[] = Object.values(ids).flat();
  if (values.some((value) => typeof value === "string" && UPPER_CASE_HEX.test(value))) return null;
  try {
    return intentDigest(identity, intent);
  } catch (error) {
    if (error instanceof AnamnesisError) return null;
    throw error;
  }
}
