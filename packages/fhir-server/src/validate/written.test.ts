import fc from "fast-check";
import { hasCode } from "@anamnesis/core/errors";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { writeDiagnosis } from "@anamnesis/fhir/write/diagnosis";
import { MEASUREMENTS, type MeasurementKind, writeMeasurement } from "@anamnesis/fhir/write/measurement";
import { writeNote } from "@anamnesis/fhir/write/note";
import { writeOrder } from "@anamnesis/fhir/write/order";
import { writePersonalDetails } from "@anamnesis/fhir/write/personalDetails";
import { writePrescription } from "@anamnesis/fhir/write/prescription";
import { writeUpload } from "@anamnesis/fhir/write/upload";
import { describe, expect, it } from "vitest";
import { validateResource } from "./validateResource.ts";

const written = {
  id: "5b1c3d52-0000-4000-8000-000000000001",
  time: "2026-11-22T10:00:00.000+01:00",
  patient: { reference: "Patient/p1", record: `0x${"ab".repeat(32)}` },
};
const author = {
  actor: `0x${"cd".repeat(32)}`,
  name: "Dr. Ada Southgate",
  organisation: "Hospital Southgate",
};

const errors = (resource: Resource) =>
  validateResource(parseJson(JSON.stringify(resource)) as JsonObject).filter(
    ({ severity }) => severity === "error",
  );

const diagnosis = { ...written, author, name: "Asthma", codings: [], certain: true, since: "", comment: "" };
const prescription = {
  ...written,
  author,
  medicine: "ibuprofen 400 mg tablet",
  instruction: "1 tablet, twice a day, for 5 days",
  dose: { value: 1, unit: "tablet" },
  timing: { times: 2, period: 1, unit: "d" as const },
  days: 5,
  asNeeded: true,
  reason: "pain",
};
const order = {
  ...written,
  author,
  what: "Chest X-ray",
  priority: "urgent" as const,
  reason: "cough",
  comment: "",
};
const details = {
  given: "Rosa Maria",
  family: "Example",
  birthDate: "1980-02-29",
  line: "1 Road",
  postalCode: "1234",
  city: "Town",
  country: "CH",
  phone: "+41 79 000 00 00",
  email: "rosa@example.org",
  language: "de-CH",
};
const values: Record<MeasurementKind, readonly number[]> = {
  bloodPressure: [128, 82],
  weight: [70.4],
  temperature: [36.8],
  heartRate: [64],
  oxygen: [97],
  glucose: [5.6],
};
const measurement = { ...written, measured: "2026-11-22T09:00:00+01:00", comment: "" };

describe("what is written is valid R4", () => {
  const note = writeNote({ ...written, author, title: "Note", text: "Feels well.\nNo fever." });
  it.each([
    note,
    writeDiagnosis(diagnosis),
    writeDiagnosis({
      ...diagnosis,
      codings: [{ system: "http://snomed.info/sct", code: "195967001" }],
      certain: false,
      since: "2026-01-02",
      comment: "To be confirmed.",
    }),
    writePrescription(prescription),
    writePrescription({ ...prescription, dose: null, timing: null, days: null, asNeeded: false, reason: "" }),
    writeOrder(order),
    writeAmendmentReason({
      ...written,
      author,
      target: note,
      earlier: `0x${"01".repeat(32)}`,
      reason: "Typo",
    }),
    writeUpload({ ...written, title: "", fileName: "a.pdf", bytes: new TextEncoder().encode("%PDF-1.7") }),
    writePersonalDetails({ ...written, details }),
    ...(Object.keys(MEASUREMENTS) as MeasurementKind[]).map((kind) =>
      writeMeasurement({ ...measurement, kind, values: values[kind] }),
    ),
    writeNote({ ...written, patient: { reference: null, record: null }, author, title: "Note", text: "x" }),
  ])("$resourceType $code.coding.0.code", (resource) => {
    expect(errors(resource)).toEqual([]);
  });

  it("goes where its codes and its author ask for", () => {
    expect(segmentOf(writeDiagnosis(diagnosis))).toBe("general");
    const depression = [{ system: "http://hl7.org/fhir/sid/icd-10", code: "F32.1" }];
    expect(segmentOf(writeDiagnosis({ ...diagnosis, codings: depression }))).toBe("mental-health");
    expect(segmentOf(writeMeasurement({ ...measurement, kind: "weight", values: [70] }))).toBe("personal");
  });
});

describe("what cannot be", () => {
  it.each([
    ["text", () => writeNote({ ...written, author, title: "Note", text: "  \n " })],
    ["text", () => writeNote({ ...written, author, title: "Note", text: "a\u0000b" })],
    ["patient", () => writeOrder({ ...order, patient: { reference: "Observation/1", record: null } })],
    ["since", () => writeDiagnosis({ ...diagnosis, since: "2026-02-30" })],
    ["values", () => writeMeasurement({ ...measurement, kind: "weight", values: [7000] })],
    ["values", () => writeMeasurement({ ...measurement, kind: "bloodPressure", values: [80, 120] })],
    ["values", () => writeMeasurement({ ...measurement, kind: "bloodPressure", values: [120] })],
    [
      "measured",
      () =>
        writeMeasurement({ ...measurement, measured: "2026-11-23T10:00:00Z", kind: "weight", values: [70] }),
    ],
    [
      "times",
      () => writePrescription({ ...prescription, timing: { times: Number.NaN, period: 1, unit: "d" } }),
    ],
    ["email", () => writePersonalDetails({ ...written, details: { ...details, email: "no" } })],
    ["bytes", () => writeUpload({ ...written, title: "", fileName: "a", bytes: new Uint8Array(0) })],
  ])("is refused, and only the field is named: %s", (field, write) => {
    expect(write).toThrow(expect.objectContaining({ code: "bad-writing", meta: { field } }));
  });

  const text = fc.string({ unit: "binary", maxLength: 60 });
  it("whatever is typed, is refused by name or valid", () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.double(),
        fc.uint8Array({ maxLength: 200 }),
        (a, b, c, number, bytes) => {
          const each = [
            () => writeNote({ ...written, author, title: a, text: b }),
            () => writeDiagnosis({ ...diagnosis, name: a, comment: b, since: c }),
            () =>
              writePrescription({
                ...prescription,
                medicine: a,
                instruction: b,
                dose: { value: number, unit: c },
                days: number,
              }),
            () => writeOrder({ ...order, what: a, reason: b, comment: c }),
            () => writeMeasurement({ ...measurement, kind: "weight", values: [number], comment: a }),
            () => writeUpload({ ...written, title: a, fileName: b, bytes }),
            () =>
              writePersonalDetails({ ...written, details: { ...details, given: a, family: b, phone: c } }),
          ];
          for (const write of each) {
            try {
              expect(errors(write())).toEqual([]);
            } catch (error) {
              if (!hasCode(error, "bad-writing")) throw error;
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
