import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { Resource } from "../resource.ts";
import { toBase64 } from "../base64.ts";
import {
  begun,
  patientReference,
  practitionerReference,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

/** Characters of a note. */
export const MOST_NOTE = 50_000;
/** Characters of its beginning that lists show. */
const BEGINNING = 160;

/**
 * A note in plain text: a DocumentReference with its text inside, LOINC 34109-9, final. A Composition would want sections, and a ClinicalImpression a finding; a
 * note promises neither. Throws `bad-writing`.
 */
export function writeNote(
  written: Written & { readonly author: WrittenAuthor; readonly title: string; readonly text: string },
): Resource {
  const { author, time } = written;
  const text = requireText(written.text, "text", MOST_NOTE);
  const title = requireText(written.title, "title", 200);
  const bytes = utf8ToBytes(text);
  const line = text.replace(/\s+/g, " ");
  return {
    ...begun("DocumentReference", written),
    status: "current",
    docStatus: "final",
    type: { coding: [{ system: "http://loinc.org", code: "34109-9", display: "Note" }], text: title },
    subject: patientReference(written.patient),
    date: time,
    author: [practitionerReference(author)],
    custodian: { type: "Organization", display: requireText(author.organisation, "organisation", 200) },
    description: line.length > BEGINNING ? `${cut(line)}…` : line,
    content: [
      {
        attachment: {
          contentType: "text/plain;charset=utf-8",
          data: toBase64(bytes),
          size: bytes.length,
          title,
          creation: time,
        },
      },
    ],
  };
}

/** Whole words and whole characters. */
function cut(line: string): string {
  const short = line.slice(0, BEGINNING);
  const words = short.includes(" ") ? short.slice(0, short.lastIndexOf(" ")) : short;
  return words.isWellFormed() ? words : words.slice(0, -1);
}
