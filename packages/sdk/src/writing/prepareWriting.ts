import { AnamnesisError } from "@anamnesis/core/errors";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { type CaseWriting, type Writing, writtenByStaff } from "@anamnesis/fhir/write/writing";
import type { WrittenAuthor, WrittenPatient } from "@anamnesis/fhir/write/written";
import type { Admission } from "../permit.ts";
import type { ResourceToSeal } from "../seal.ts";
import { toSeal } from "./toSeal.ts";

/** In whose place something is written, and why. */
export interface AmendedByWriting {
  readonly record: string;
  readonly kind: SegmentKind;
  /** FHIR id of all its versions. */
  readonly id: string;
  readonly reason: string;
}

/** What was written, ready for `sealResources` or the owner's `writeOwn`. */
export interface PreparedWriting {
  readonly kind: SegmentKind;
  /** What was written, and why it takes another one's place, if it does. */
  readonly resources: readonly Resource[];
  readonly sealing: readonly ResourceToSeal[];
}

/**
 * What a member of staff writes into a chart, as it is sealed: in the segment that its codes ask for or a stricter one that was chosen, and with the reason beside it where it takes another one's place.
 * Throws `bad-writing`, `other-area`, `not-permitted`.
 */
export function prepareWriting(parameters: {
  readonly writing: Writing | CaseWriting;
  /** The same for a repetition; the FHIR id of what is new. */
  readonly draft: string;
  /** FHIR instant. */
  readonly time: string;
  readonly author: WrittenAuthor;
  readonly patient: WrittenPatient;
  readonly stricter: SegmentKind | null;
  readonly amending: AmendedByWriting | null;
  /** Who had to sign the one before, see `endorsersNamed`. */
  readonly endorsers: Endorsers | null;
  /** See `admissionFor`. */
  readonly admission: Admission;
}): PreparedWriting {
  const { writing, draft, time, author, patient, stricter, amending, endorsers, admission } = parameters;
  const resource = writtenByStaff(writing, { id: amending?.id ?? draft, time, patient }, author);
  const kind = strictest([segmentOf(resource), stricter ?? "general"]);
  if (amending !== null && amending.kind !== kind) throw otherArea();
  if (!admission.segments.some(({ opening }) => opening.kind === kind)) throw notPermitted();
  const first = toSeal(resource, kind, draft, amending?.record ?? null, endorsers);
  if (amending === null) return { kind, resources: [resource], sealing: [first] };
  const { record: earlier, reason } = amending;
  const why = writeAmendmentReason({
    id: `${draft}-why`,
    time,
    patient,
    author,
    target: resource,
    earlier,
    reason,
  });
  return { kind, resources: [resource, why], sealing: [first, toSeal(why, kind, draft, null)] };
}

export function notPermitted(): AnamnesisError<"not-permitted"> {
  return new AnamnesisError({
    code: "not-permitted",
    rule: "An organisation writes where the patient has let it, and where what is written belongs by its sensitivity.",
    fix: "Ask the patient to let your organisation add to their records, and to share this area with you.",
  });
}

export function otherArea(): AnamnesisError<"other-area"> {
  return new AnamnesisError({
    code: "other-area",
    rule: "A correction stays in the area of what it corrects.",
    fix: "Write it anew in the other area, and correct the old one to say where it is.",
  });
}
