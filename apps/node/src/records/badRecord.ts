import { AnamnesisError } from "@anamnesis/core/errors";

/** What of a record does not fit, by a word that names no value. */
export type BadRecordReason =
  | "committee"
  | "wrap"
  | "session"
  | "content"
  | "permit"
  | "segment"
  | "epoch"
  | "author"
  | "day"
  | "repeated"
  | "endorsement"
  | "amends";

/** @param index place of the record in its batch. */
export function badRecord(reason: BadRecordReason, index: number): AnamnesisError<"bad-record"> {
  return new AnamnesisError({
    code: "bad-record",
    rule: "A record's header, wrap, content, session, permit and card belong together.",
    fix: "Seal the record again with the segment's newest card and a permit that is valid today.",
    meta: { reason, index },
  });
}
