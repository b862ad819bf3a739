import fc from "fast-check";
import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { allergiesOf } from "./allergiesOf.ts";
import { documentsOf } from "./documentsOf.ts";
import type { Entry } from "./entry.ts";
import { immunisationsOf } from "./immunisationsOf.ts";
import { medicinesOf } from "./medicinesOf.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { problemsOf } from "./problemsOf.ts";
import { sayWhen } from "./sayWhen.ts";
import { ENGLISH } from "./testing/locale.ts";
import { titleFault } from "./testing/titleFault.ts";
import { timelineOf } from "./timelineOf.ts";
import { trendsOf } from "./trendsOf.ts";

const TYPES = [
  "Observation",
  "DiagnosticReport",
  "Encounter",
  "Condition",
  "AllergyIntolerance",
  "MedicationRequest",
  "MedicationStatement",
  "MedicationDispense",
  "Medication",
  "Immunization",
  "Procedure",
  "DocumentReference",
  "Composition",
  "Media",
  "ImagingStudy",
  "CarePlan",
  "Goal",
  "ServiceRequest",
  "Claim",
  "ExplanationOfBenefit",
  "FamilyMemberHistory",
  "Appointment",
  "Flag",
  "Patient",
  "Organization",
  "Practitioner",
  "PractitionerRole",
  "Location",
  "Specimen",
  "Unheard",
  "",
  "constructor",
];

const CODES = [
  "6298-4",
  "8480-6",
  "8462-4",
  "85354-9",
  "LAB",
  "laboratory",
  "N",
  "HH",
  "L",
  "EMER",
  "185349003",
  "140",
  "unknown",
  "resolved",
  "normal",
  "POS",
  "mm[Hg]",
  "__proto__",
];
const word = fc.oneof(
  fc.constantFrom(
    "unknown",
    "Observation",
    "4548-4",
    "",
    " ",
    "Potassium",
    "Visit summary",
    "one a day",
    "toString",
    "constructor",
    "-",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);
const reference = fc.record({
  reference: fc.oneof(
    fc.tuple(fc.constantFrom(...TYPES), fc.integer({ min: 0, max: 9 })).map(([type, id]) => `${type}/${id}`),
    fc.integer({ min: 0, max: 9 }).map((id) => `urn:uuid:${id}`),
    fc.constantFrom("#0", "#", "http://example.org/fhir/Encounter/1/_history/2"),
  ),
});
const coding = fc.record(
  {
    system: fc.constantFrom(
      "http://loinc.org",
      "http://snomed.info/sct",
      "http://hl7.org/fhir/sid/cvx",
      "http://example.org",
    ),
    code: fc.oneof(fc.constantFrom(...CODES), word),
    display: word,
  },
  { requiredKeys: [] },
);
const concept = fc.record({ coding: fc.array(coding, { maxLength: 2 }), text: word }, { requiredKeys: [] });
const number = fc.oneof(fc.double(), fc.integer({ min: -5, max: 200 }));
const quantity = fc.record(
  {
    value: number,
    unit: word,
    code: fc.constantFrom("mg", "mm[Hg]", "{score}", "d", "1"),
    comparator: fc.constantFrom("<", ">=", "?"),
  },
  { requiredKeys: [] },
);
const date = fc.oneof(
  fc.constantFrom(
    "2026-11-12",
    "2026",
    "2026-02",
    "2026-11-12T09:41:00+01:00",
    "2026-02-30",
    "0001",
    "9999-12-31",
  ),
  fc.date({ noInvalidDate: true }).map((value) => value.toISOString()),
  word,
);
const period = fc.record({ start: date, end: date }, { requiredKeys: [] });

/** Anything that JSON can hold where an element may stand: the right form, an array of it, or another one. */
const value: fc.Arbitrary<unknown> = fc.letrec<{ element: unknown; inner: unknown }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 4 },
    word,
    concept,
    reference,
    quantity,
    date,
    period,
    number,
    fc.boolean(),
    fc.constantFrom(null, undefined, []),
    fc.array(tie("element"), { maxLength: 3 }),
    tie("inner"),
  ),
  inner: fc.dictionary(
    fc.constantFrom(
      "code",
      "name",
      "low",
      "high",
      "value",
      "text",
      "coding",
      "actor",
      "individual",
      "reference",
      "repeat",
      "attachment",
      "when",
      "period",
      "start",
      "family",
      "given",
      "type",
    ),
    tie("element"),
    { maxKeys: 4 },
  ),
})).element;

const ELEMENTS = (
  "id status intent class type code category subject patient encounter context period effectiveDateTime effectivePeriod effectiveTiming issued " +
  "authoredOn date occurrenceDateTime performedPeriod onsetDateTime abatementDateTime recordedDate valueQuantity valueCodeableConcept valueString " +
  "valueBoolean valueRange valueRatio valueDateTime valuePeriod dataAbsentReason interpretation referenceRange component hasMember result " +
  "performer participant requester author recorder location serviceProvider reasonCode reasonReference serviceType specimen basedOn presentedForm " +
  "conclusion content relatesTo medicationCodeableConcept medicationReference dosageInstruction dosage vaccineCode protocolApplied " +
  "clinicalStatus verificationStatus criticality reaction partOf item prescription series numberOfInstances title description activity " +
  "condition contained meta name note practitioner"
).split(" ");

const resource = fc
  .tuple(
    fc.constantFrom(...TYPES),
    fc.option(fc.integer({ min: 0, max: 9 }).map(String)),
    fc.dictionary(fc.constantFrom(...ELEMENTS), value, { maxKeys: 14 }),
  )
  .map(([resourceType, id, elements]) => ({ ...elements, ...(id === null ? {} : { id }), resourceType }));
const opened = fc.record(
  {
    resource: fc.oneof({ arbitrary: resource, weight: 20 }, { arbitrary: value, weight: 1 }),
    record: fc.constantFrom("0xa", "0xb", "0xc"),
    amends: fc.constantFrom("0xa", "0xb", "0xc"),
    retracted: fc.boolean(),
  },
  { requiredKeys: ["resource"] },
) as fc.Arbitrary<OpenedRecord>;
const charts = fc.array(opened, { maxLength: 12 });

it("says something readable of everything, and throws on nothing", () => {
  fc.assert(
    fc.property(charts, (records) => {
      const entries = timelineOf(records, meaningEn, ENGLISH);
      for (const entry of entries) {
        expect(titleFault(entry)).toBeNull();
        for (const { name, text, short } of entry.values)
          expect([name, text, short].every((said) => said.trim() !== "")).toBe(true);
        expect(sayWhen(entry.when, 0, meaningEn, ENGLISH).said).not.toBe("");
      }
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      trendsOf(records, meaningEn, ENGLISH);
      const medicines = medicinesOf(records, meaningEn, ENGLISH);
      const allergies = allergiesOf(records, meaningEn, ENGLISH);
      const problems = problemsOf(records, meaningEn);
      const named = [
        ...medicines.current,
        ...medicines.earlier,
        ...allergies.current,
        ...allergies.earlier,
        ...problems.current,
      ];
      expect(named.every(({ name }) => name.trim() !== "")).toBe(true);
      immunisationsOf(records, meaningEn);
      documentsOf(records, meaningEn, ENGLISH);
    }),
    { numRuns: 1000 },
  );
});

it("loses no clinical resource and shows none twice", () => {
  const plain = fc.array(
    resource.map((one: OpenedRecord["resource"]) => {
      const { status: _, verificationStatus: _v, ...rest } = one;
      return { resource: rest };
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(plain, (records) => {
      const entries: readonly Entry[] = timelineOf(records, meaningEn, ENGLISH);
      const shown = entries.flatMap((entry) => [
        ...entry.resources,
        ...entry.earlier.map((item) => item.resource),
      ]);
      expect(new Set(shown).size).toBe(shown.length);
      const clinical = records.filter(({ resource: { resourceType } }) =>
        ["Condition", "Procedure", "Immunization", "Encounter"].includes(resourceType),
      );
      // A resource without an id that is given twice is one.
      const texts = new Set(shown.map((one) => JSON.stringify(one)));
      for (const { resource: one } of clinical) expect(texts.has(JSON.stringify(one))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
