import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";

/** A signed intent as the outbox's `jsonb`: the fields as they are, each signature (65 bytes) as `0x…`. */
export interface IntentJson {
  readonly intent: Intent;
  readonly signatures: readonly Hex[];
}

export function intentToJson(signed: SignedIntent): IntentJson {
  return { intent: signed.intent, signatures: signed.signatures.map((signature) => toHex(signature)) };
}

/** @param json what `intentToJson` gave, read back from this node's own database. Throws `bad-hex`. */
export function intentFromJson(json: IntentJson): SignedIntent {
  return { intent: json.intent, signatures: json.signatures.map(fromHex) };
}
