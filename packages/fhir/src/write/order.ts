import type { Resource } from "../resource.ts";
import {
  begun,
  optionalText,
  patientReference,
  practitionerReference,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

/** A ServiceRequest: a test, an examination, a referral. Throws `bad-writing`. */
export function writeOrder(
  written: Written & {
    readonly author: WrittenAuthor;
    readonly what: string;
    readonly priority: "routine" | "urgent" | "asap" | "stat";
    readonly reason: string;
    readonly comment: string;
  },
): Resource {
  const reason = optionalText(written.reason, "reason", 500);
  const comment = optionalText(written.comment, "comment", 4000);
  return {
    ...begun("ServiceRequest", written),
    status: "active",
    intent: "order",
    priority: written.priority,
    code: { text: requireText(written.what, "what", 500) },
    subject: patientReference(written.patient),
    authoredOn: written.time,
    requester: practitionerReference(written.author),
    ...(reason === null ? {} : { reasonCode: [{ text: reason }] }),
    ...(comment === null ? {} : { note: [{ text: comment }] }),
  };
}
