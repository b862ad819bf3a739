import * as dagCbor from "@ipld/dag-cbor";
import { AnamnesisError } from "../errors.ts";
import { equalBytes } from "./bytes.ts";
import { CborWriter } from "./cborWriter.ts";

/**
 * The values that our deterministic CBOR can hold: dag-cbor on the subset where it agrees with
 * RFC 8949 section 4.2. Text keys, 64-bit integers, no floats, no tag but 42 (a CID).
 */
export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | CborLink
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

/** What `multiformats` calls a CID; kept opaque here, see `cid.ts`. */
export interface CborLink {
  readonly "/": Uint8Array;
  readonly bytes: Uint8Array;
}

/** Always a plain `Uint8Array`: on Node the library gives parts of a `Buffer`, whose `slice` shares memory instead of copying. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Throws `not-encodable` at what is no `CborValue`. */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new CborWriter();
  writer.write(value);
  return writer.done();
}

/**
 * Decodes with a library, which is laxer, and then encodes again: bytes that are not the one encoding of their value are refused, so
 * that a hash or a signature over bytes is one over the value. Throws `not-canonical`.
 */
export function decodeCbor(bytes: Uint8Array): CborValue {
  let value: CborValue;
  let again: Uint8Array;
  try {
    value = dagCbor.decode<CborValue>(plain(bytes));
    again = encodeCbor(value);
  } catch {
    throw notCanonical();
  }
  if (!equalBytes(again, bytes)) throw notCanonical();
  return value;
}

// The cause is left out on purpose: a decoder's message can quote the bytes it choked on.
function notCanonical(): AnamnesisError<"not-canonical"> {
  return new AnamnesisError({
    code: "not-canonical",
    rule: "Structures are deterministic CBOR: one value has one encoding.",
    fix: "Encode with the shortest integers, definite lengths, sorted text keys, no floats and no tag but 42.",
  });
}
