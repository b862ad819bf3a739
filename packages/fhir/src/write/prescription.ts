import type { Resource } from "../resource.ts";
import {
  begun,
  optionalText,
  patientReference,
  practitionerReference,
  requireNumber,
  requireText,
  type Written,
  type WrittenAuthor,
} from "./written.ts";

/** A MedicationRequest whose dosage stands in words and, as far as it was given, in figures. Throws `bad-writing`. */
export function writePrescription(
  written: Written & {
    readonly author: WrittenAuthor;
    readonly medicine: string;
    /** The whole instruction as the patient reads it. */
    readonly instruction: string;
    /** How much each time: 1 `tablet`; `null`: the words say it. */
    readonly dose: { readonly value: number; readonly unit: string } | null;
    /** `times` in each `period` of `unit`: 2 in 1 `d` is twice a day; `null`: the words say it. */
    readonly timing: {
      readonly times: number;
      readonly period: number;
      readonly unit: "h" | "d" | "wk";
    } | null;
    /** For how many days; `null`: until further notice. */
    readonly days: number | null;
    readonly asNeeded: boolean;
    readonly reason: string;
  },
): Resource {
  const { author, time, dose, timing, days } = written;
  const reason = optionalText(written.reason, "reason", 500);
  const repeat = {
    ...(days === null
      ? {}
      : {
          boundsDuration: {
            value: Math.round(requireNumber(days, "days", 1, 3650)),
            unit: "d",
            system: "http://unitsofmeasure.org",
            code: "d",
          },
        }),
    ...(timing === null
      ? {}
      : {
          frequency: Math.round(requireNumber(timing.times, "times", 1, 48)),
          period: requireNumber(timing.period, "period", 1, 366),
          periodUnit: timing.unit,
        }),
  };
  return {
    ...begun("MedicationRequest", written),
    status: "active",
    intent: "order",
    medicationCodeableConcept: { text: requireText(written.medicine, "medicine", 500) },
    subject: patientReference(written.patient),
    authoredOn: time,
    requester: practitionerReference(author),
    ...(reason === null ? {} : { reasonCode: [{ text: reason }] }),
    dosageInstruction: [
      {
        text: requireText(written.instruction, "instruction", 1000),
        ...(Object.keys(repeat).length === 0 ? {} : { timing: { repeat } }),
        ...(written.asNeeded ? { asNeededBoolean: true } : {}),
        ...(dose === null
          ? {}
          : {
              doseAndRate: [
                {
                  doseQuantity: {
                    value: requireNumber(dose.value, "dose", 0.001, 100_000),
                    unit: requireText(dose.unit, "unit", 50),
                  },
                },
              ],
            }),
      },
    ],
  };
}
