import type { Resource } from "../resource.ts";
import { writeCase } from "./case.ts";
import { writeDiagnosis } from "./diagnosis.ts";
import { type MeasurementKind, writeMeasurement } from "./measurement.ts";
import { writeNote } from "./note.ts";
import { writeOrder } from "./order.ts";
import { type PersonalDetails, writePersonalDetails } from "./personalDetails.ts";
import { writePrescription } from "./prescription.ts";
import { writeUpload } from "./upload.ts";
import type { Written, WrittenAuthor } from "./written.ts";

/** What a doctor writes into a chart, as a form has it. */
export type Writing =
  | { readonly form: "note"; readonly title: string; readonly text: string }
  | {
      readonly form: "diagnosis";
      readonly name: string;
      readonly codings: readonly { readonly system: string; readonly code: string }[];
      readonly certain: boolean;
      readonly since: string;
      readonly comment: string;
    }
  | {
      readonly form: "prescription";
      readonly medicine: string;
      readonly instruction: string;
      readonly dose: { readonly value: number; readonly unit: string } | null;
      readonly timing: {
        readonly times: number;
        readonly period: number;
        readonly unit: "h" | "d" | "wk";
      } | null;
      readonly days: number | null;
      readonly asNeeded: boolean;
      readonly reason: string;
    }
  | {
      readonly form: "order";
      readonly what: string;
      readonly priority: "routine" | "urgent" | "asap" | "stat";
      readonly reason: string;
      readonly comment: string;
    };

/** What an organisation opens and closes around visits. */
export interface CaseWriting {
  readonly form: "case";
  readonly what: string;
  readonly since: string;
  readonly until: string;
}

/** What a patient writes. */
export type OwnWriting =
  | {
      readonly form: "measurement";
      readonly kind: MeasurementKind;
      readonly values: readonly number[];
      readonly measured: string;
      readonly comment: string;
    }
  | { readonly form: "upload"; readonly title: string; readonly fileName: string; readonly bytes: Uint8Array }
  | { readonly form: "details"; readonly details: PersonalDetails };

/** The resource of what a member of staff writes. Throws `bad-writing`. */
export function writtenByStaff(
  writing: Writing | CaseWriting,
  written: Written,
  author: WrittenAuthor,
): Resource {
  const common = { ...written, author };
  switch (writing.form) {
    case "note":
      return writeNote({ ...common, ...writing });
    case "diagnosis":
      return writeDiagnosis({ ...common, ...writing });
    case "prescription":
      return writePrescription({ ...common, ...writing });
    case "order":
      return writeOrder({ ...common, ...writing });
    case "case":
      return writeCase({ ...common, ...writing });
  }
}

/** The resource of what a patient writes. Throws `bad-writing`. */
export function writtenByPatient(writing: OwnWriting, written: Written): Resource {
  switch (writing.form) {
    case "measurement":
      return writeMeasurement({ ...written, ...writing });
    case "upload":
      return writeUpload({ ...written, ...writing });
    case "details":
      return writePersonalDetails({ ...written, ...writing });
  }
}
