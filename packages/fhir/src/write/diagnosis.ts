import type { Resource } from "../resource.ts";
import {
  badWriting,
  begun,
  optionalText,
  patientReference,
  practitionerReference,
  requireDate,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

export interface DiagnosisCoding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

/** A Condition, confirmed or provisional, active. Codes are those that were chosen, and none otherwise. Throws `bad-writing`. */
export function writeDiagnosis(
  written: Written & {
    readonly author: WrittenAuthor;
    readonly name: string;
    readonly codings: readonly DiagnosisCoding[];
    readonly certain: boolean;
    /** Day on which it began; empty: not known. */
    readonly since: string;
    readonly comment: string;
  },
): Resource {
  const { time, codings } = written;
  const comment = optionalText(written.comment, "comment", 4000);
  for (const { system, code } of codings)
    if (system === "" || !/^\S+( \S+)*$/.test(code)) throw badWriting("code");
  return {
    ...begun("Condition", written),
    clinicalStatus: status("condition-clinical", "active", "Active"),
    verificationStatus: written.certain
      ? status("condition-ver-status", "confirmed", "Confirmed")
      : status("condition-ver-status", "provisional", "Provisional"),
    category: [status("condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
    code: {
      ...(codings.length === 0 ? {} : { coding: codings.map((coding) => ({ ...coding })) }),
      text: requireText(written.name, "name", 500),
    },
    subject: patientReference(written.patient),
    ...(written.since === "" ? {} : { onsetDateTime: requireDate(written.since, "since") }),
    recordedDate: time,
    recorder: practitionerReference(written.author),
    ...(comment === null ? {} : { note: [{ text: comment }] }),
  };
}

function status(system: string, code: string, display: string) {
  return { coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code, display }] };
}
