import { sha256 } from "@noble/hashes/sha2.js";

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** RFC 9530 `Content-Digest` from a SHA-256 that is already known (32 bytes). */
export function contentDigestOf(digest: Uint8Array): string {
  return `sha-256=:${base64(digest)}:`;
}

export function contentDigest(body: Uint8Array): string {
  return contentDigestOf(sha256(body));
}
