import type { Resource } from "../resource.ts";
import {
  badWriting,
  begun,
  patientReference,
  practitionerReference,
  requireDate,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

/**
 * A case: an EpisodeOfCare of the author's organisation, to which Encounters belong by their `episodeOfCare`. Active, or finished once it has a last day: closing it is a version that takes the place of the one before.
 * Throws `bad-writing`.
 */
export function writeCase(
  written: Written & {
    readonly author: WrittenAuthor;
    /** What it is about, in a few words. */
    readonly what: string;
    /** Day on which it began. */
    readonly since: string;
    /** Its last day; empty: it goes on. */
    readonly until: string;
  },
): Resource {
  const { author, since, until } = written;
  const start = requireDate(since, "since");
  const end = until === "" ? null : requireDate(until, "until");
  if (end !== null && end < start) throw badWriting("until");
  return {
    ...begun("EpisodeOfCare", written),
    status: end === null ? "active" : "finished",
    type: [{ text: requireText(written.what, "what", 200) }],
    patient: patientReference(written.patient),
    managingOrganization: {
      type: "Organization",
      display: requireText(author.organisation, "organisation", 200),
    },
    period: { start, ...(end === null ? {} : { end }) },
    careManager: practitionerReference(author),
  };
}
