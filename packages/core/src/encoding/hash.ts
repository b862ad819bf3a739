import { sha256 as incremental } from "@noble/hashes/sha2.js";
import { sha256 } from "../crypto/sha256.ts";
import type { Hash32 } from "../ids.ts";
import { concatBytes, toHex, utf8ToBytes } from "./bytes.ts";

/**
 * SHA-256 over `domain` (ASCII, no terminator) followed by parts of fixed length; 32 bytes. Every
 * part but the last must have one length for all uses of a domain, else two inputs could meet.
 */
export function domainHash(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(domain), ...parts));
}

export function domainHashHex<T extends Hash32>(domain: string, ...parts: readonly Uint8Array[]): T {
  return toHex<T>(domainHash(domain, ...parts));
}

/** `domainHash` with one part that comes in pieces; 32 bytes. */
export function domainHashOfPieces(domain: string, pieces: Iterable<Uint8Array>): Uint8Array {
  const hash = incremental.create().update(utf8ToBytes(domain));
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
