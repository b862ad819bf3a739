import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import type { Entry } from "./entry.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { ENGLISH } from "./testing/locale.ts";
import {
  type Given,
  LABORATORY,
  loinc,
  opened,
  potassium,
  quantity,
  snomed,
  VITAL_SIGNS,
} from "./testing/resources.ts";
import { timelineOf } from "./timelineOf.ts";

const timeline = (records: readonly OpenedRecord[]): readonly Entry[] =>
  timelineOf(records, meaningEn, ENGLISH);
const titles = (...resources: readonly Given[]): readonly string[] =>
  timeline(opened(...resources)).map(({ title }) => title);

const PLACES = [
  { resourceType: "Organization", id: "north", name: "NORTHSIDE HOSPITAL" },
  { resourceType: "Organization", id: "lab", name: "Riverside Laboratory" },
  { resourceType: "Location", id: "heart", name: "the heart clinic" },
  {
    resourceType: "Practitioner",
    id: "okafor",
    name: [{ prefix: ["Dr"], given: ["Ben"], family: "Okafor" }],
  },
  { resourceType: "Patient", id: "rosa", name: [{ family: "Molina" }] },
];
const VISIT = {
  resourceType: "Encounter",
  id: "visit",
  status: "finished",
  class: { code: "AMB" },
  period: { start: "2026-11-05T09:00:00Z", end: "2026-11-05T09:30:00Z" },
  location: [{ location: { reference: "Location/heart" } }],
  participant: [{ individual: { reference: "Practitioner/okafor" } }],
  serviceProvider: { reference: "Organization/north" },
};
const AT_VISIT = { encounter: { reference: "Encounter/visit" } };
const RAMIPRIL = {
  resourceType: "MedicationRequest",
  id: "ramipril",
  status: "active",
  intent: "order",
  medicationCodeableConcept: { text: "Ramipril 5 mg" },
  authoredOn: "2026-11-05",
  dosageInstruction: [
    {
      timing: { repeat: { frequency: 1, period: 1, periodUnit: "d", when: ["MORN"] } },
      doseAndRate: [{ doseQuantity: { value: 1 } }],
    },
  ],
  ...AT_VISIT,
};
const PRESSURE = {
  resourceType: "Observation",
  id: "pressure",
  status: "final",
  category: VITAL_SIGNS,
  code: loinc("85354-9"),
  effectiveDateTime: "2026-11-05T09:05:00Z",
  component: [
    { code: loinc("8480-6"), valueQuantity: quantity(128, "mm[Hg]") },
    { code: loinc("8462-4"), valueQuantity: quantity(82, "mm[Hg]") },
  ],
  ...AT_VISIT,
};
const NOTE = {
  resourceType: "DocumentReference",
  id: "note",
  status: "current",
  date: "2026-11-05T10:00:00Z",
  content: [{ attachment: { contentType: "application/pdf", size: 120_000 } }],
  context: { encounter: [{ reference: "Encounter/visit" }] },
};

describe("a visit", () => {
  it("gathers what was done in it, wherever each resource stands in the list", () => {
    const records = opened(NOTE, RAMIPRIL, ...PLACES, PRESSURE, VISIT).map((one, i) => ({
      ...one,
      record: `0x${i}`,
    }));
    const entries = timeline(records);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      id: "visit:0x8",
      title: "Visit at the heart clinic",
      where: "Northside Hospital",
      who: "Dr Ben Okafor",
      sentence: "Blood pressure checked. New medicine: Ramipril 5 mg, one in the morning.",
      areas: ["visits", "documents", "medicines", "measurements"],
      sensitive: null,
      when: { start: "2026-11-05T09:00:00Z", precision: "time" },
    });
    expect(entries[0]?.values.map(({ short }) => short)).toEqual(["128/82 mmHg"]);
    expect(entries[0]?.documents.map(({ title, attachments }) => [title, attachments[0]?.label])).toEqual([
      ["Note from a visit", "PDF, 120 kB"],
    ]);
    expect(entries[0]?.records.toSorted()).toEqual(["0x0", "0x1", "0x7", "0x8"]);
  });

  it("is not what a sensitive part of it stands in, and takes general parts when it is sensitive itself", () => {
    const sensitive: OpenedRecord = { resource: RAMIPRIL, kind: "mental-health" };
    const apart = timeline([...opened(VISIT, PRESSURE), sensitive]);
    expect(apart.map(({ title, sensitive: kind }) => [title, kind])).toEqual([
      ["Visit", null],
      ["New medicine: Ramipril 5 mg", "mental-health"],
    ]);
    expect(apart[0]?.resources).not.toContain(RAMIPRIL);
    const inside = timeline([{ resource: VISIT, kind: "mental-health" }, ...opened(PRESSURE)]);
    expect(inside.map(({ resources, sensitive: kind }) => [resources.length, kind])).toEqual([
      [2, "mental-health"],
    ]);
  });

  it("says what was prescribed again, not done and ruled out as what it is", () => {
    const again = { ...RAMIPRIL, id: "again" };
    const before = { ...RAMIPRIL, id: "before", authoredOn: "2025-01-01", encounter: undefined };
    const [entry] = timeline(
      opened(
        VISIT,
        again,
        before,
        { resourceType: "Procedure", status: "not-done", code: { text: "Gastroscopy" }, ...AT_VISIT },
        { resourceType: "Procedure", status: "completed", code: { text: "Heart ultrasound" }, ...AT_VISIT },
        { resourceType: "Immunization", status: "not-done", vaccineCode: { text: "Measles" }, ...AT_VISIT },
        {
          resourceType: "Condition",
          code: { text: "Cancer" },
          verificationStatus: { coding: [{ code: "refuted" }] },
          ...AT_VISIT,
        },
        {
          resourceType: "MedicationAdministration",
          medicationCodeableConcept: { text: "Aspirin" },
          ...AT_VISIT,
        },
      ),
    );
    expect(entry?.sentence).toBe(
      "Prescribed again: Ramipril 5 mg, one in the morning. Medicine: Aspirin. Done: Heart ultrasound. " +
        "Not done: Gastroscopy and Measles.",
    );
  });

  it("that was not opened leaves its parts standing for themselves", () => {
    expect(titles(RAMIPRIL, PRESSURE, NOTE)).toEqual([
      "Note from a visit",
      "Blood pressure",
      "New medicine: Ramipril 5 mg",
    ]);
  });

  it.each([
    [{ type: [snomed("185349003")] }, "Check-up"],
    [
      {
        type: [snomed("185345009")],
        reasonCode: [snomed("195662009", "Acute viral pharyngitis (disorder)")],
      },
      "Visit: Sore throat from a virus",
    ],
    [{ class: { code: "EMER" }, reasonCode: [{ text: "Broken wrist" }] }, "Emergency visit: Broken wrist"],
    [{ class: { code: "IMP" } }, "Stay in hospital"],
    [{ class: { code: "VR" } }, "Visit by phone or video"],
    [{ status: "planned", serviceType: { text: "Cardiology" } }, "Planned: Visit: Cardiology"],
    [{ status: "cancelled" }, "Did not take place: Visit"],
    [{ type: [{ coding: [{ code: "XYZ-1", display: "XYZ-1" }], text: "unknown" }] }, "Visit"],
  ])("with %o is called %s", (change, title) => {
    const { location: _, ...bare } = VISIT;
    expect(titles({ ...bare, ...change })).toEqual([title]);
  });
});

describe("a test", () => {
  const AT_LAB = { performer: [{ reference: "Organization/lab" }] };
  const one = { ...potassium("k1", 3.4, "2026-11-12T07:10:00Z"), ...AT_LAB };
  const two = { ...potassium("k2", 4, "2026-11-12T08:00:00Z"), ...AT_LAB, code: loinc("2947-0", "Sodium") };
  const report = {
    resourceType: "DiagnosticReport",
    id: "report",
    status: "final",
    category: LABORATORY,
    code: loinc("24326-1"),
    effectiveDateTime: "2026-11-12T07:10:00Z",
    result: [
      { reference: "Observation/k2" },
      { reference: "Observation/k1" },
      { reference: "Observation/gone" },
    ],
    ...AT_LAB,
  };

  it("is one entry for a report, with its values in the report's order, even within a visit", () => {
    const entries = timeline(opened(one, VISIT, report, two, ...PLACES));
    expect(entries.map(({ title, where }) => [title, where])).toEqual([
      ["Blood test", "Riverside Laboratory"],
      ["Visit at the heart clinic", "Northside Hospital"],
    ]);
    expect(entries[0]?.values.map(({ name }) => name)).toEqual(["Sodium", "Potassium"]);
    expect(entries[0]?.sentence).toBe("2 values. One is in its usual range; potassium is a little low.");
  });

  it("is one entry for a day and place, and others for other days, places and specimens", () => {
    const elsewhere = { ...one, id: "k3", performer: [{ reference: "Organization/north" }] };
    const later = { ...one, id: "k4", effectiveDateTime: "2026-11-13" };
    const urine = { ...one, id: "k5", code: loinc("20454-5") };
    const found = timeline(opened(one, two, elsewhere, later, urine, ...PLACES));
    expect(found.map(({ title, resources }) => `${title} ${resources.length}`).toSorted()).toEqual([
      "Blood test 1",
      "Blood test 1",
      "Blood test 2",
      "Urine test 1",
    ]);
  });

  it("shows a result that two organisations sent once, and stands for both", () => {
    const [entry, more] = timeline(opened(one, { ...one, id: "copy" }, ...PLACES));
    expect(more).toBeUndefined();
    expect(entry?.values).toHaveLength(1);
    expect(entry?.resources).toHaveLength(2);
  });

  it("says that it is not final, that it was corrected, and nothing when it was cancelled", () => {
    expect(timeline(opened({ ...report, status: "preliminary" }, one))[0]?.sentence).toMatch(
      /^Not final yet\. Potassium/,
    );
    expect(timeline(opened({ ...one, status: "amended" }))[0]).toMatchObject({
      corrected: true,
      preliminary: false,
    });
    expect(timeline(opened({ ...one, status: "cancelled" }))).toEqual([]);
  });

  it("of a patient's own is a measurement of theirs", () => {
    const own = { ...PRESSURE, encounter: undefined, performer: [{ reference: "Patient/rosa" }] };
    expect(timeline(opened(own, ...PLACES))[0]).toMatchObject({
      title: "Blood pressure",
      areas: ["own", "measurements"],
      who: "you",
      sentence: "Blood pressure: 128 over 82 millimetres of mercury.",
    });
  });
});

describe("what stands alone", () => {
  it.each([
    [
      {
        resourceType: "Immunization",
        vaccineCode: { coding: [{ system: "http://hl7.org/fhir/sid/cvx", code: "140" }] },
      },
      "Flu vaccine",
      "vaccines",
    ],
    [
      { resourceType: "Immunization", status: "not-done", vaccineCode: { text: "Td" } },
      "Not given: Td",
      "vaccines",
    ],
    [{ resourceType: "AllergyIntolerance", code: snomed("91936005") }, "Allergy: Penicillin", "allergies"],
    [{ resourceType: "AllergyIntolerance", code: snomed("716186003") }, "No known allergies", "allergies"],
    [{ resourceType: "AllergyIntolerance" }, "Allergy", "allergies"],
    [{ resourceType: "Condition", code: snomed("38341003") }, "Diagnosis: High blood pressure", "visits"],
    [
      { resourceType: "Procedure", status: "not-done", code: { text: "Gastroscopy" } },
      "Did not take place: Gastroscopy",
      "visits",
    ],
    [
      { resourceType: "ImagingStudy", series: [{ bodySite: { display: "Wrist" } }] },
      "Images taken: Wrist",
      "documents",
    ],
    [
      {
        resourceType: "DiagnosticReport",
        category: [{ coding: [{ code: "RAD" }] }],
        code: { text: "X-ray of the wrist" },
      },
      "X-ray of the wrist",
      "documents",
    ],
    [
      { resourceType: "DocumentReference", content: [{ attachment: { title: "scan_0042.pdf" } }] },
      "Document",
      "documents",
    ],
    [{ resourceType: "Composition", title: "Discharge letter" }, "Discharge letter", "documents"],
    [
      {
        resourceType: "MedicationStatement",
        status: "active",
        medicationReference: { reference: "#m" },
        contained: [{ resourceType: "Medication", id: "m", code: { text: "Aspirin" } }],
      },
      "Medicine: Aspirin",
      "medicines",
    ],
    [{ resourceType: "MedicationRequest", status: "draft" }, "Medicine", "medicines"],
    [{ resourceType: "Claim" }, "Bill", "documents"],
    [{ resourceType: "SomethingNew", code: { text: "Thing" } }, "Thing", "visits"],
    [{ resourceType: "SomethingNew", code: { text: "Observation" } }, "Entry in your record", "visits"],
    [{ resourceType: "Observation", code: loinc("99999-9") }, "Measurement", "measurements"],
  ])("%o is called %s", (resource, title, area) => {
    expect(timeline(opened(resource)).map((entry) => [entry.title, entry.areas[0]])).toEqual([[title, area]]);
  });

  it("tells of no people, places and permissions", () => {
    expect(titles(...PLACES, { resourceType: "Provenance" }, { resourceType: "Consent" })).toEqual([]);
  });

  it("puts allergies that were noted on one day together", () => {
    const of = (id: string, code: string, criticality: string): Given => ({
      resourceType: "AllergyIntolerance",
      id,
      code: snomed(code),
      criticality,
      recordedDate: "2020-01-01",
    });
    expect(timeline(opened(of("a", "91936005", "high"), of("b", "91934008", "low")))).toMatchObject([
      { title: "Allergies noted", sentence: "Penicillin (can be dangerous) and Nuts." },
    ]);
  });
});

it("says of a diagnosis that was ruled out that it was", () => {
  const verificationStatus = { coding: [{ code: "refuted" }] };
  expect(titles({ resourceType: "Condition", code: { text: "Gout" }, verificationStatus })).toEqual([
    "Ruled out: Gout",
  ]);
});

describe("what was replaced", () => {
  it("stays with what replaced it, whether by version, by the record's amendment or by the document", () => {
    const first = { ...NOTE, id: "first", context: undefined };
    const second = {
      ...first,
      id: "second",
      relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/first" } }],
    };
    const newer = { ...potassium("k", 4, "2026"), meta: { lastUpdated: "2026-02-01T00:00:00Z" } };
    const older = { ...potassium("k", 9, "2026"), meta: { lastUpdated: "2026-01-01T00:00:00Z" } };
    const records: OpenedRecord[] = [
      ...opened(second, first, newer, older),
      { record: "0xa", resource: { resourceType: "Procedure", id: "p1", code: { text: "Left knee" } } },
      {
        record: "0xb",
        amends: "0xa",
        resource: { resourceType: "Procedure", id: "p2", code: { text: "Right knee" } },
      },
    ];
    const entries = timeline(records);
    expect(entries.map(({ title, corrected, earlier }) => [title, corrected, earlier.length])).toEqual([
      ["Document", true, 1],
      ["Blood test", true, 1],
      ["Right knee", true, 1],
    ]);
    expect(entries[1]?.values.map(({ number }) => number)).toEqual([4]);
    expect(
      entries.every(({ sentence }) => sentence?.endsWith("Corrected since it was first written.") === true),
    ).toBe(true);
  });

  it("in a circle hides nothing, and what was retracted or entered in error is shown nowhere", () => {
    const resource = (id: string): OpenedRecord["resource"] => ({
      resourceType: "Procedure",
      id,
      code: { text: `Knee ${id}` },
    });
    const circle = timeline([
      { record: "0xa", amends: "0xb", resource: resource("a") },
      { record: "0xb", amends: "0xa", resource: resource("b") },
    ]);
    expect(circle).toHaveLength(1);
    expect([
      ...(circle[0]?.resources ?? []),
      ...(circle[0]?.earlier ?? []).map((item) => item.resource),
    ]).toHaveLength(2);
    const gone = { ...resource("c"), status: "entered-in-error" };
    expect(
      timeline([{ resource: gone }, { record: "0xd", resource: resource("d"), retracted: true }]),
    ).toEqual([]);
  });
});

it("says a case in plain words, whether it goes on or is over", () => {
  const open = {
    resourceType: "EpisodeOfCare",
    id: "case",
    status: "active",
    type: [{ text: "new hip" }],
    managingOrganization: { reference: "Organization/north" },
    careManager: { reference: "Practitioner/okafor" },
    period: { start: "2026-11-01" },
  };
  const [entry] = timeline(opened(...PLACES, open));
  expect(entry).toMatchObject({
    title: "In care at Northside Hospital",
    sentence: "New hip. Still going on.",
    who: "Dr Ben Okafor",
    when: { start: "2026-11-01", end: null },
  });
  const closed = { ...open, status: "finished", period: { start: "2026-11-01", end: "2026-11-20" } };
  expect(timeline(opened(...PLACES, closed))[0]).toMatchObject({
    sentence: "New hip. Finished.",
    when: { end: "2026-11-20" },
  });
});

it("is newest first, what has no date last, and the same each time", () => {
  const records = opened(
    { ...NOTE, date: undefined, context: undefined },
    potassium("b", 4, "2025"),
    potassium("a", 4, "2026-03"),
    RAMIPRIL,
  );
  const entries = timeline(records);
  expect(entries.map(({ when }) => when?.start ?? null)).toEqual(["2026-11-05", "2026-03", "2025", null]);
  expect(timeline(records.toReversed()).map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
});
