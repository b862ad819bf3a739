import { badLength } from "./length.ts";

/**
 * PADMÉ (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019,
 * algorithm 1): the length in bytes to which `length` bytes are padded. At most 12 % more, and only O(log log length)
 * bits of the length remain visible. Throws `bad-length` unless `length` is an integer from 0 to 2^48.
 */
export function padmeLength(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0 || length > 2 ** 48)
    throw badLength("content", "0 to 2^48");
  if (length < 2) return length;
  const exponent = bitLength(length) - 1;
  const unit = 2 ** (exponent - bitLength(exponent));
  return unit < 1 ? length : Math.ceil(length / unit) * unit;
}

// Not Math.log2, which rounds: 2^48 - 1 must not count as 2^48.
function bitLength(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
}
