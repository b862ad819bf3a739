import { expect, it } from "vitest";
import { meaningEn, type MeaningWords } from "../words/meaning.en.ts";
import { accessSentence, granteeName } from "./accessSentence.ts";
import { allergiesOf } from "./allergiesOf.ts";
import { DATA_KINDS, SENSITIVE_AREAS, segmentsOf } from "./areas.ts";
import { documentsOf } from "./documentsOf.ts";
import { immunisationsOf } from "./immunisationsOf.ts";
import type { Locale } from "./locale.ts";
import { medicinesOf } from "./medicinesOf.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import type { Permission } from "./permission.ts";
import { problemsOf } from "./problemsOf.ts";
import { sayWhen } from "./sayWhen.ts";
import { timelineOf } from "./timelineOf.ts";
import { trendsOf } from "./trendsOf.ts";
import { whenOfText } from "./when.ts";

/** Every Latin letter of a catalogue's own words becomes a Greek one; whatever stays Latin was written elsewhere. */
function greek(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) =>
    String.fromCodePoint(0x3b1 + (letter.toLowerCase().charCodeAt(0) % 16)),
  );
}

function other<Part>(part: Part): Part {
  if (typeof part === "string") return greek(part) as Part;
  if (typeof part === "function") {
    const say = part as unknown as (...given: readonly unknown[]) => unknown;
    return ((...given: readonly unknown[]) => other(say(...given))) as Part;
  }
  if (Array.isArray(part)) return part.map(other) as Part;
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, other(member)])) as Part;
}

const words: MeaningWords = other(meaningEn);
const GREEK: Locale = { tag: "el", timeZone: "Europe/Athens" };
const loinc = (code: string): object => ({ coding: [{ system: "http://loinc.org", code }] });
const snomed = (code: string): object => ({ coding: [{ system: "http://snomed.info/sct", code }] });
const mmol = (value: number): object => ({ value, code: "mmol/L" });
const text = { text: "Σύνοψη" };
const at = { encounter: { reference: "Encounter/1" } };

const RECORDS: readonly OpenedRecord[] = [
  {
    resourceType: "Encounter",
    id: "1",
    period: { start: "2026-01-02T10:00:00Z" },
    type: [snomed("185349003")],
    reasonCode: [snomed("195967001")],
  },
  { resourceType: "Encounter", id: "2", class: { code: "EMER" }, status: "planned", reasonCode: [text] },
  {
    resourceType: "Observation",
    id: "3",
    code: loinc("6298-4"),
    effectiveDateTime: "2026-01-02",
    valueQuantity: mmol(3.4),
    referenceRange: [{ low: mmol(3.5), high: mmol(5.1) }],
    status: "amended",
  },
  {
    resourceType: "Observation",
    id: "4",
    code: loinc("2947-0"),
    effectiveDateTime: "2026-01-02",
    valueQuantity: mmol(140),
    status: "preliminary",
  },
  {
    resourceType: "Observation",
    id: "5",
    code: loinc("99999-9"),
    effectiveDateTime: "2026-01-03",
    dataAbsentReason: { coding: [{ code: "masked" }] },
  },
  {
    resourceType: "Observation",
    id: "6",
    code: loinc("85354-9"),
    effectiveDateTime: "2026-01-02",
    ...at,
    component: [
      { code: loinc("8480-6"), valueQuantity: { value: 120, code: "mm[Hg]" } },
      { code: loinc("8462-4"), valueQuantity: { value: 80, code: "mm[Hg]" } },
    ],
  },
  {
    resourceType: "Observation",
    id: "7",
    code: loinc("8867-4"),
    effectiveDateTime: "2026-01-02",
    ...at,
    valueQuantity: { value: 61, comparator: "<", code: "/min" },
  },
  {
    resourceType: "MedicationRequest",
    id: "8",
    status: "active",
    medicationCodeableConcept: text,
    ...at,
    dosageInstruction: [
      {
        asNeededBoolean: true,
        timing: {
          repeat: {
            frequency: 2,
            period: 1,
            periodUnit: "d",
            when: ["MORN"],
            dayOfWeek: ["mon"],
            boundsDuration: { value: 7, code: "d" },
          },
        },
        doseAndRate: [{ doseQuantity: { value: 1 } }],
      },
    ],
  },
  { resourceType: "MedicationRequest", id: "9", status: "on-hold" },
  {
    resourceType: "AllergyIntolerance",
    id: "10",
    code: snomed("91936005"),
    criticality: "high",
    reaction: [{ manifestation: [text] }],
  },
  { resourceType: "AllergyIntolerance", id: "11", verificationStatus: { coding: [{ code: "refuted" }] } },
  {
    resourceType: "Condition",
    id: "12",
    code: snomed("38341003"),
    clinicalStatus: { coding: [{ code: "remission" }] },
  },
  { resourceType: "Condition", id: "13" },
  {
    resourceType: "Immunization",
    id: "14",
    status: "not-done",
    vaccineCode: { coding: [{ system: "http://hl7.org/fhir/sid/cvx", code: "140" }] },
    protocolApplied: [{ doseNumberPositiveInt: 2 }],
  },
  {
    resourceType: "DocumentReference",
    id: "15",
    content: [{ attachment: { contentType: "image/png" } }],
    context: { encounter: [{ reference: "Encounter/9" }] },
  },
  { resourceType: "ImagingStudy", id: "16", numberOfInstances: 3 },
  { resourceType: "Claim", id: "17" },
  { resourceType: "Nameless", id: "18" },
  { resourceType: "CarePlan", id: "19", ...at },
  { resourceType: "Procedure", id: "20", code: snomed("29303009"), ...at },
].map((resource) => ({ resource }));

const PERMISSION: Permission = {
  grantee: granteeName("Άννα", "Νοσοκομείο", words),
  parts: [...segmentsOf(DATA_KINDS, SENSITIVE_AREAS.slice(1))].map(([kind, resourceTypes]) => ({
    kind,
    resourceTypes,
  })),
  actions: ["read", "reshare"],
  purposes: ["TREAT", "PATRQT"],
  dataFrom: 18_000 as never,
  dataTo: 18_900 as never,
  exceptions: [
    { resourceTypes: ["Claim"], actions: ["read"], purposes: ["HRESCH"], dataFrom: null, dataTo: null },
  ],
  notBefore: 1_790_000_000 as never,
  notAfter: 1_800_000_000 as never,
};

/** All texts that a person sees, without codes, ids and what the source gave. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  const hidden = [
    "id",
    "codes",
    "unit",
    "when",
    "since",
    "until",
    "resources",
    "items",
    "earlier",
    "records",
    "source",
    "contentType",
    "technical",
    "state",
    "areas",
    "sensitive",
    "short",
    "points",
    "resource",
  ];
  return Object.entries(value).flatMap(([name, member]) =>
    hidden.includes(name) && !Array.isArray(value) ? [] : textsOf(member),
  );
}

it("leaves no English outside the catalogue", () => {
  const now = Date.parse("2026-01-03T10:00:00Z");
  const entries = timelineOf(RECORDS, words, GREEK);
  const all = textsOf([
    entries,
    trendsOf(RECORDS, words, GREEK),
    Object.values(medicinesOf(RECORDS, words, GREEK)),
    Object.values(allergiesOf(RECORDS, words, GREEK)),
    Object.values(problemsOf(RECORDS, words)),
    immunisationsOf(RECORDS, words),
    documentsOf(RECORDS, words, GREEK),
    ["2026-01-03T09:00:00Z", "2026-01-02", "2025-12-01", "2019-03", "?"].map(
      (date) => sayWhen(whenOfText(date), now, words, GREEK).said,
    ),
    (["request", "reader", "share", "sign", "short"] as const).map((form) =>
      accessSentence(PERMISSION, form, words, GREEK),
    ),
  ]);
  expect(entries).toHaveLength(14);
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((said) => /[A-Za-z]/.test(said))).toEqual([]);
});

it("has a word for every key of every table", () => {
  const empty = (part: unknown): boolean =>
    typeof part === "string"
      ? part === ""
      : typeof part === "object" && part !== null && Object.values(part).some(empty);
  expect(empty(meaningEn)).toBe(false);
});
