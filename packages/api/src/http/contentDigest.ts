import { sha256 } from "@anamnesis/core/crypto/sha256";

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

/** The SHA-256 of a `Content-Digest` that has it and nothing else, 32 bytes; `null` for any other. */
export function digestOf(header: string | undefined): Uint8Array | null {
  const text = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(header ?? "")?.[1];
  if (text === undefined) return null;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return contentDigestOf(bytes) === header ? bytes : null;
}
