import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type CodeKind, printCode, readCode } from "./groupedCode.ts";

/** A segment's id and a checksum: 56 characters. */
const CODE: CodeKind = { prefix: "AC1", domain: "anamnesis/contact-code/1", secret: 32, checksum: 3 };

/**
 * `AC1` and fourteen groups of four characters: what a patient shows or reads out to somebody who may ask for access. It opens nothing; who has it can
 * ask, and can see the segment's card. Its homes stand in the card, which every custodian keeps.
 */
export function printContactCode(segment: SegmentId): string {
  return printCode(CODE, fromHex(segment));
}

/** Throws `bad-contact-code` with `meta.reason` `form` or `checksum`. */
export function readContactCode(text: string): SegmentId {
  const segment = readCode(CODE, text);
  if (segment instanceof Uint8Array) return toHex<SegmentId>(segment);
  throw new AnamnesisError({
    code: "bad-contact-code",
    rule: "A contact code is AC1 and fourteen groups of four characters that fit their checksum.",
    fix: "Scan it again, or type all groups as the patient shows them.",
    meta: { reason: segment },
  });
}
