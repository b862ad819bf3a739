import { oneOf } from "../encoding/codec.ts";
import { domainHashHex } from "../encoding/hash.ts";
import { utf8ToBytes } from "../encoding/bytes.ts";
import type { Hash32 } from "../ids.ts";

/**
 * The sensitivities (DS4P) by which a patient's data is kept apart. Every patient has a segment of each
 * kind from the start, so that the existence of a sensitive record shows nowhere.
 */
export const SEGMENT_KINDS = [
  "general",
  "mental-health",
  "substance-use",
  "sexual-reproductive",
  "genetic",
  "violence",
  "personal",
  "emergency",
] as const;

export type SegmentKind = (typeof SEGMENT_KINDS)[number];

export const segmentKind = oneOf(SEGMENT_KINDS);

/** SHA-256("anamnesis/kind/1" ‖ salt (32 bytes) ‖ kind): says nothing about the kind without the salt. */
export function kindCommitment(kind: SegmentKind, salt: Uint8Array): Hash32 {
  return domainHashHex("anamnesis/kind/1", salt, utf8ToBytes(kind));
}
