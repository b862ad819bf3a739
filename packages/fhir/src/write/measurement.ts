import type { Resource } from "../resource.ts";
import {
  badWriting,
  begun,
  optionalText,
  patientReference,
  type Plain,
  requireInstant,
  requireNumber,
  type Written,
} from "./written.ts";

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";

interface Part {
  readonly code: string;
  readonly display: string;
  /** UCUM, and as people write it. */
  readonly ucum: string;
  readonly unit: string;
  /** What a living person can have; anything else is a slip of the finger. */
  readonly least: number;
  readonly most: number;
}

interface Kind {
  readonly category: "vital-signs" | "laboratory";
  readonly coding: readonly { readonly code: string; readonly display: string }[];
  readonly parts: readonly Part[];
}

const pressure = (code: string, display: string, least: number, most: number): Part => ({
  code,
  display,
  ucum: "mm[Hg]",
  unit: "mmHg",
  least,
  most,
});

function single(code: string, display: string, part: Omit<Part, "code" | "display">): Kind {
  return { category: "vital-signs", coding: [{ code, display }], parts: [{ code, display, ...part }] };
}

/** Codes and units as R4's vital-signs profiles have them; glucose is none of them. */
export const MEASUREMENTS = {
  bloodPressure: {
    category: "vital-signs",
    coding: [{ code: "85354-9", display: "Blood pressure panel with all children optional" }],
    parts: [
      pressure("8480-6", "Systolic blood pressure", 40, 300),
      pressure("8462-4", "Diastolic blood pressure", 20, 200),
    ],
  },
  weight: single("29463-7", "Body weight", { ucum: "kg", unit: "kg", least: 0.3, most: 650 }),
  temperature: single("8310-5", "Body temperature", { ucum: "Cel", unit: "°C", least: 25, most: 45 }),
  heartRate: single("8867-4", "Heart rate", { ucum: "/min", unit: "/min", least: 20, most: 300 }),
  oxygen: {
    category: "vital-signs",
    coding: [
      { code: "2708-6", display: "Oxygen saturation in Arterial blood" },
      { code: "59408-5", display: "Oxygen saturation in Arterial blood by Pulse oximetry" },
    ],
    parts: [{ code: "2708-6", display: "Oxygen saturation", ucum: "%", unit: "%", least: 40, most: 100 }],
  },
  glucose: {
    category: "laboratory",
    coding: [{ code: "15074-8", display: "Glucose [Moles/volume] in Blood" }],
    parts: [{ code: "15074-8", display: "Glucose", ucum: "mmol/L", unit: "mmol/L", least: 0.5, most: 60 }],
  },
} as const satisfies Readonly<Record<string, Kind>>;
export type MeasurementKind = keyof typeof MEASUREMENTS;

/** v3-ObservationValue: the patient says so. With it a resource belongs to the patient's own segment. */
export const REPORTED_BY_PATIENT: Plain = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
  code: "PATRPT",
  display: "patient reported",
};

/**
 * What a person measured at home: an Observation that says so. @param values one for each part of the kind, in its order. Throws `bad-writing`.
 */
export function writeMeasurement(
  written: Written & {
    readonly kind: MeasurementKind;
    readonly values: readonly number[];
    /** FHIR instant. */
    readonly measured: string;
    readonly comment: string;
  },
): Resource {
  const kind: Kind = MEASUREMENTS[written.kind];
  const { parts } = kind;
  const comment = optionalText(written.comment, "comment", 1000);
  if (written.values.length !== parts.length) throw badWriting("values");
  if (Date.parse(requireInstant(written.measured)) > Date.parse(written.time) + 60_000)
    throw badWriting("measured");
  const quantities = parts.map(({ unit, ucum, least, most }, i) => ({
    value: requireNumber(written.values[i] ?? Number.NaN, "values", least, most),
    unit,
    system: UCUM,
    code: ucum,
  }));
  const [systolic, diastolic] = quantities;
  if (systolic !== undefined && diastolic !== undefined && diastolic.value >= systolic.value)
    throw badWriting("values");
  const patient = patientReference(written.patient);
  return {
    ...begun("Observation", written, [REPORTED_BY_PATIENT]),
    status: "final",
    category: [
      {
        coding: [
          { system: "http://terminology.hl7.org/CodeSystem/observation-category", code: kind.category },
        ],
      },
    ],
    code: { coding: kind.coding.map((coding) => ({ system: LOINC, ...coding })) },
    subject: patient,
    effectiveDateTime: written.measured,
    performer: [patient],
    ...(quantities.length === 1
      ? { valueQuantity: systolic }
      : {
          component: parts.map(({ code, display }, i) => ({
            code: { coding: [{ system: LOINC, code, display }] },
            valueQuantity: quantities[i],
          })),
        }),
    ...(comment === null ? {} : { note: [{ text: comment }] }),
  };
}
