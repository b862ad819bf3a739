import { ed25519 } from "@noble/curves/ed25519.js";
import { expectLength } from "./length.ts";

/** Signing with a 32-byte seed. Verification has no second implementation: all verifiers must agree to the bit. */
export interface Ed25519Backend {
  /** 32 bytes. */
  publicKey(seed: Uint8Array): Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array, seed: Uint8Array): Uint8Array;
}

const noble: Ed25519Backend = {
  publicKey: (seed) => ed25519.getPublicKey(seed),
  sign: (message, seed) => ed25519.sign(message, seed),
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
 */
export function ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
