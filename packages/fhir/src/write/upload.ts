import type { Resource } from "../resource.ts";
import { toBase64 } from "../base64.ts";
import { REPORTED_BY_PATIENT } from "./measurement.ts";
import { sniffType } from "./sniffType.ts";
import { badWriting, begun, patientReference, requireText, type Written } from "./written.ts";

/** Bytes of a file: sealed and in base64 it still fits into what an owner's record may have. */
export const MOST_UPLOAD = 8 * 1024 * 1024;

/** A file that a person keeps with their records: a DocumentReference with the bytes inside, typed by what they are and not by their name. Throws `bad-writing`. */
export function writeUpload(
  written: Written & { readonly title: string; readonly fileName: string; readonly bytes: Uint8Array },
): Resource {
  const { bytes, time } = written;
  if (bytes.length === 0 || bytes.length > MOST_UPLOAD) throw badWriting("bytes");
  const title = requireText(
    written.title.trim() === "" ? tidyFileName(written.fileName) : written.title,
    "title",
    200,
  );
  const patient = patientReference(written.patient);
  const { type } = sniffType(bytes);
  return {
    ...begun("DocumentReference", written, [REPORTED_BY_PATIENT]),
    status: "current",
    type: { text: title },
    subject: patient,
    date: time,
    author: [patient],
    content: [
      {
        attachment: {
          contentType: type === "text/plain" ? "text/plain;charset=utf-8" : type,
          data: toBase64(bytes),
          size: bytes.length,
          title,
          creation: time,
        },
      },
    ],
  };
}

/** The name without folders and controls, and without the marks that turn text around. */
export function tidyFileName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? "";
  const tidy = last.replace(/\p{C}/gu, "").trim().slice(0, 150);
  return tidy.isWellFormed() && tidy !== "" ? tidy : "file";
}
