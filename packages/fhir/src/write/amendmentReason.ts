import type { Resource } from "../resource.ts";
import {
  begun,
  patientReference,
  practitionerReference,
  RECORD_SYSTEM,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

/**
 * Why a record took another one's place: a Provenance of the new version, which names the record before it. Written with the version, in the same batch. `author`: `null`, when the patient
 * did it. Throws `bad-writing`.
 */
export function writeAmendmentReason(
  written: Written & {
    readonly author: WrittenAuthor | null;
    readonly target: Resource & { readonly id?: unknown };
    /** The record before it. */
    readonly earlier: string;
    readonly reason: string;
  },
): Resource {
  const { author, target, earlier, time } = written;
  const who = author === null ? patientReference(written.patient) : practitionerReference(author);
  return {
    ...begun("Provenance", written),
    target: [{ reference: `${target.resourceType}/${String(target.id)}` }],
    recorded: time,
    reason: [{ text: requireText(written.reason, "reason", 1000) }],
    activity: {
      coding: [
        {
          system: "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
          code: "UPDATE",
          display: "revise",
        },
      ],
    },
    agent: [
      {
        type: {
          coding: [
            { system: "http://terminology.hl7.org/CodeSystem/provenance-participant-type", code: "author" },
          ],
        },
        who,
      },
    ],
    entity: [{ role: "revision", what: { identifier: { system: RECORD_SYSTEM, value: earlier } } }],
  };
}
