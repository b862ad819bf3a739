import { ed25519 } from "@noble/curves/ed25519.js";
import { toHex } from "../encoding/bytes.ts";
import { expectLength } from "./length.ts";

/** Signing with a 32-byte seed, and the quick half of verification. */
export interface Ed25519Backend {
  /** 32 bytes. */
  publicKey(seed: Uint8Array): Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array, seed: Uint8Array): Uint8Array;
  /**
   * True only if `S` is below the group's order and the bytes of `R` are the encoding of `[S]B - [k]A`: the equation
   * without the cofactor, which implies the one with it. False says nothing: `ed25519Verify` looks itself then.
   */
  holds(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
}

const noble: Ed25519Backend = {
  publicKey: (seed) => ed25519.getPublicKey(seed),
  sign: (message, seed) => ed25519.sign(message, seed),
  holds: () => false,
};
let active = noble;

/** Plugs in the runtime's own implementation; the process calls it once, at its start. */
export function useEd25519Backend(backend: Ed25519Backend): void {
  active = backend;
}

/** Public key (32 bytes) of a 32-byte secret (RFC 8032 section 5.1.5). Throws `bad-length`. */
export function ed25519PublicKey(secret: Uint8Array): Uint8Array {
  expectLength(secret, 32, "Ed25519 secret");
  return active.publicKey(secret);
}

/** Signature (64 bytes) over the message itself, not over a digest of it (RFC 8032 section 5.1.6). Throws `bad-length`. */
export function ed25519Sign(message: Uint8Array, secret: Uint8Array): Uint8Array {
  expectLength(secret, 32, "Ed25519 secret");
  return active.sign(message, secret);
}

/**
 * Strict verification (RFC 8032 section 5.1.7, not ZIP 215): canonical encodings only, no key of small order, so that
 * all verifiers agree and no key verifies every message. Never throws.
 *
 * What a quicker implementation holds true is accepted without a second look only where both must agree, see
 * `Ed25519Backend.holds`; every other case is left to the one implementation that all programs share.
 */
export function ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    if (isOrdinaryKey(publicKey) && active.holds(message, signature, publicKey)) return true;
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/** y coordinates (little-endian) of the eight points of small order. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0x0000000000000000000000000000000000000000000000000000000000000000",
  "0x0100000000000000000000000000000000000000000000000000000000000000",
  "0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0x26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "0xc7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** Canonically encoded (y below 2^255 - 19) and not of small order. That it is a point, the equation's check finds out. */
function isOrdinaryKey(publicKey: Uint8Array): boolean {
  const y = publicKey.with(31, (publicKey[31] as number) & 0x7f);
  if (SMALL_ORDER.has(toHex(y))) return false;
  const high = y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff);
  return !(high && (y[0] as number) >= 0xed);
}
