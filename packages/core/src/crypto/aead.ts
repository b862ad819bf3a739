import { AnamnesisError } from "../errors.ts";
import { expectLength } from "./length.ts";

/** Bytes of the GCM tag behind every ciphertext. */
export const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const ALGORITHM = "AES-GCM";

/** AES-256-GCM under one key. Arguments were checked: nonces have 12 bytes. */
export interface AesKey {
  /** Ciphertext ‖ 16-byte tag. */
  seal(nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** `null` or a rejection when the tag does not hold; MUST give no byte before it does. */
  open(
    nonce: Uint8Array,
    ciphertext: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | null | Promise<Uint8Array | null>;
}

/** @param key 32 bytes; a copy is kept, the caller may overwrite its own. */
export type AesBackend = (key: Uint8Array) => AesKey | Promise<AesKey>;

// WebCrypto's types exclude SharedArrayBuffer; nothing here ever makes one.
function bytesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Every runtime's own, which hands each message to another thread and back. */
const webCrypto: AesBackend = async (bytes) => {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("raw", bytesOf(bytes), ALGORITHM, false, ["encrypt", "decrypt"]);
  const parameters = (nonce: Uint8Array, aad: Uint8Array) => {
    return { name: ALGORITHM, iv: bytesOf(nonce), additionalData: bytesOf(aad) };
  };
  return {
    seal: async (nonce, plaintext, aad) =>
      new Uint8Array(await subtle.encrypt(parameters(nonce, aad), key, bytesOf(plaintext))),
    open: async (nonce, ciphertext, aad) =>
      new Uint8Array(await subtle.decrypt(parameters(nonce, aad), key, bytesOf(ciphertext))),
  };
};

let active: AesBackend = webCrypto;

/** Plugs in another implementation; the process calls it once, at its start. */
export function useAesBackend(backend: AesBackend): void {
  active = backend;
}

/** A key for many calls. Throws `bad-length` unless it has 32 bytes. */
export async function importAesKey(key: Uint8Array): Promise<AesKey> {
  expectLength(key, KEY_BYTES, "AES-256 key");
  return active(key);
}

/** AES-256-GCM (NIST SP 800-38D) under an imported key: ciphertext ‖ 16-byte tag. The nonce must be fresh for the key. */
export async function aesGcmSealWith(
  key: AesKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  expectLength(nonce, NONCE_BYTES, "nonce");
  return key.seal(nonce, plaintext, aad);
}

/** Throws `aead-open` when any bit of key, nonce, ciphertext or aad differs from what was sealed. */
export async function aesGcmOpenWith(
  key: AesKey,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  expectLength(nonce, NONCE_BYTES, "nonce");
  let opened: Uint8Array | null;
  try {
    opened = await key.open(nonce, ciphertext, aad);
  } catch {
    opened = null;
  }
  if (opened !== null) return opened;
  throw new AnamnesisError({
    code: "aead-open",
    rule: "A ciphertext opens only under its own key, nonce and associated data.",
    fix: "Check that the right key was used and that the bytes were not altered.",
  });
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
