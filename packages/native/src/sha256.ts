import { hash } from "node:crypto";
import type { Sha256 } from "@anamnesis/core/crypto/sha256";

/** SHA-256 with the runtime's own OpenSSL, which uses the processor's instructions for it. */
export const nativeSha256: Sha256 = (bytes) => {
  const digest = hash("sha256", bytes, "buffer");
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
};
