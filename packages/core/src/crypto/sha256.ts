import { sha256 as noble } from "@noble/hashes/sha2.js";

/** SHA-256 (FIPS 180-4) of bytes, 32 bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Bytes from which the way into a native library is worth it. */
const LARGE = 256;
let forLarge: Sha256 = noble;

/** Plugs in the runtime's own implementation; the process calls it once, at its start. */
export function useSha256(implementation: Sha256): void {
  forLarge = implementation;
}

/** SHA-256 (FIPS 180-4) of bytes that are all in memory, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return bytes.length < LARGE ? noble(bytes) : forLarge(bytes);
}
