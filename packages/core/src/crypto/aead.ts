import { AnamnesisError } from "../errors.ts";
import { expectLength } from "./length.ts";

/** Bytes of the GCM tag behind every ciphertext. */
export const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const ALGORITHM = "AES-GCM";

export type AesKey = Awaited<ReturnType<typeof globalThis.crypto.subtle.importKey>>;

/** A key for many calls. Throws `bad-length` unless it has 32 bytes. */
export async function importAesKey(key: Uint8Array): Promise<AesKey> {
  expectLength(key, KEY_BYTES, "AES-256 key");
  return globalThis.crypto.subtle.importKey("raw", key as BytesOfBuffer, ALGORITHM, false, [
    "encrypt",
    "decrypt",
  ]);
}

// WebCrypto's types exclude SharedArrayBuffer; nothing here ever makes one.
type BytesOfBuffer = Uint8Array<ArrayBuffer>;

/** AES-256-GCM (NIST SP 800-38D) under an imported key: ciphertext ‖ 16-byte tag. The nonce must be fresh for the key. */
export async function aesGcmSealWith(
  key: AesKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  expectLength(nonce, NONCE_BYTES, "nonce");
  const parameters = { name: ALGORITHM, iv: nonce as BytesOfBuffer, additionalData: aad as BytesOfBuffer };
  return new Uint8Array(await globalThis.crypto.subtle.encrypt(parameters, key, plaintext));
}

/** Throws `aead-open` when any bit of key, nonce, ciphertext or aad differs from what was sealed. */
export async function aesGcmOpenWith(
  key: AesKey,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  expectLength(nonce, NONCE_BYTES, "nonce");
  const parameters = { name: ALGORITHM, iv: nonce as BytesOfBuffer, additionalData: aad as BytesOfBuffer };
  try {
    return new Uint8Array(await globalThis.crypto.subtle.decrypt(parameters, key, ciphertext));
  } catch {
    throw new AnamnesisError({
      code: "aead-open",
      rule: "A ciphertext opens only under its own key, nonce and associated data.",
      fix: "Check that the right key was used and that the bytes were not altered.",
    });
  }
}

/**
 * AES-256-GCM (NIST SP 800-38D), one shot: key 32 bytes, nonce 12 bytes, result 16 bytes longer than the plaintext.
 * A nonce must never be used twice under one key. Throws `bad-length`.
 */
export async function aesGcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  return aesGcmSealWith(await importAesKey(key), nonce, plaintext, aad);
}

/** The plaintext of `aesGcmSeal`. Throws `bad-length` and `aead-open`. */
export async function aesGcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  return aesGcmOpenWith(await importAesKey(key), nonce, ciphertext, aad);
}
