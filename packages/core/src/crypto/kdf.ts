import { hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { badLength } from "./length.ts";

export interface HkdfOptions {
  /** Without it: 32 zero bytes (RFC 5869 section 2.2). */
  readonly salt?: Uint8Array;
  /** A versioned domain string and what the key is bound to. */
  readonly info: Uint8Array;
  /** Bytes wanted, 1 to 8160. */
  readonly length: number;
}

/** HKDF-SHA256 (RFC 5869). Throws `bad-length`. */
export function hkdf(ikm: Uint8Array, options: HkdfOptions): Uint8Array {
  const { length } = options;
  if (!Number.isSafeInteger(length) || length < 1 || length > 255 * 32)
    throw badLength("derived key", "1 to 8160");
  return nobleHkdf(sha256, ikm, options.salt, options.info, length);
}
