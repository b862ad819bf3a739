import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { type CborValue, decodeCbor, encodeCbor } from "@anamnesis/core/encoding/cbor";
import type { Hex } from "@anamnesis/core/ids";
import type { Intent, SignedIntent } from "@anamnesis/core/ledger/intents";

/** The columns in which a row of the outbox keeps its signed intent. */
export interface StoredIntent {
  /** What `packIntent` gave; `null` in rows of the first schema, which have `intent`. */
  readonly signed: Uint8Array | null;
  readonly intent: { readonly intent: Intent; readonly signatures: readonly Hex[] } | null;
  readonly [column: string]: unknown;
}

const HEX = /^0x(?:[0-9a-f]{2})*$/;

/**
 * A signed intent in the form in which it is kept for ever: CBOR `[intent, signatures]` with bytes for every `0x…`, about a
 * third of its JSON.
 */
export function packIntent({ intent, signatures }: SignedIntent): Uint8Array {
  return encodeCbor([packed(intent), [...signatures]]);
}

/** @param row from this node's own database. Throws `not-canonical` for bytes that `packIntent` did not make. */
export function unpackIntent({ signed, intent: json }: StoredIntent): SignedIntent {
  if (json !== null) return { intent: json.intent, signatures: json.signatures.map(fromHex) };
  const [intent, signatures] = decodeCbor(signed ?? new Uint8Array()) as readonly CborValue[];
  return {
    intent: unpacked(intent as CborValue) as unknown as Intent,
    signatures: signatures as readonly Uint8Array[],
  };
}

// A text that only looks like bytes comes back as it was: both directions agree on every lower-case `0x…`.
function packed(value: CborValue): CborValue {
  return typeof value === "string" && HEX.test(value) ? fromHex(value as Hex) : each(value, packed);
}

function unpacked(value: CborValue): CborValue {
  return value instanceof Uint8Array ? toHex(value) : each(value, unpacked);
}

function each(value: CborValue, change: (part: CborValue) => CborValue): CborValue {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, change(part as CborValue)]));
}
