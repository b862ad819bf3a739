import fc from "fast-check";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeDiagnosis } from "@anamnesis/fhir/write/diagnosis";
import { writeNote } from "@anamnesis/fhir/write/note";
import { writeOrder } from "@anamnesis/fhir/write/order";
import { writePrescription } from "@anamnesis/fhir/write/prescription";
import { describe, expect, it } from "vitest";
import { reasonsOf } from "../history/reasonsOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { writing as words } from "../words/en/writing.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { aboutOf } from "./aboutOf.ts";
import { draftOf } from "./draftOf.ts";
import { isEmpty, newDraft, writingOf } from "./drafts.ts";
import { findProblems } from "./findProblems.ts";
import { testItem } from "../testing/testItem.ts";

const written = {
  id: "one",
  time: "2026-11-22T10:00:00Z",
  patient: { reference: "Patient/p", record: null },
  author: { actor: "0x01", name: "Dr. Ada", organisation: "South" },
};

function item(resource: Resource | null, more: Partial<OpenedItem> = {}): OpenedItem {
  const south = { organisation: "south", organisationName: "South" };
  return testItem({ record: "0x02", ...south, day: 20_000, resource, ...more });
}

describe("a draft", () => {
  it("is empty until its own field says something", () => {
    expect(isEmpty(newDraft("note", { title: "Note" }))).toBe(true);
    expect(isEmpty(newDraft("note", { text: "x" }))).toBe(false);
  });

  it("gives back what was written, form by form", () => {
    const note = { form: "note" as const, title: "Note", text: "Grüße, 你好" };
    const diagnosis = {
      form: "diagnosis" as const,
      name: "Asthma",
      codings: [{ system: "http://snomed.info/sct", code: "195967001" }],
      certain: false,
      since: "2026-01-02",
      comment: "watch",
    };
    const prescription = {
      form: "prescription" as const,
      medicine: "ibuprofen",
      instruction: "1 tablet, twice a day",
      dose: { value: 1.5, unit: "tablet" },
      timing: { times: 2, period: 1, unit: "d" as const },
      days: 5,
      asNeeded: true,
      reason: "pain",
    };
    const order = {
      form: "order" as const,
      what: "X-ray",
      priority: "urgent" as const,
      reason: "cough",
      comment: "",
    };
    for (const [writing, resource] of [
      [note, writeNote({ ...written, ...note })],
      [diagnosis, writeDiagnosis({ ...written, ...diagnosis })],
      [prescription, writePrescription({ ...written, ...prescription })],
      [order, writeOrder({ ...written, ...order })],
    ] as const) {
      const draft = draftOf(item(resource));
      expect(draft?.amending).toEqual({ record: "0x02", kind: "general", id: "one", organisation: "south" });
      expect(draft === null ? null : writingOf(draft)).toEqual(writing);
    }
  });

  it("has a code only for the name with which it was chosen", () => {
    const chosen = findProblems("asthma", meaningEn)[0] ?? expect.unreachable("asthma");
    const draft = { ...newDraft("diagnosis", { name: chosen.name }), coded: chosen };
    expect(writingOf(draft)).toMatchObject({ codings: chosen.codings });
    const other = { ...draft, fields: { ...draft.fields, name: `${chosen.name} of a kind` } };
    expect(writingOf(other)).toMatchObject({ codings: [] });
  });

  it("comes of any resource or of none, and never throws", () => {
    const names = fc.constantFrom(
      "resourceType",
      "id",
      "code",
      "text",
      "coding",
      "content",
      "attachment",
      "data",
      "note",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.string({ maxLength: 8 }),
        fc.double(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(names, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    const types = fc.constantFrom(
      "DocumentReference",
      "Condition",
      "MedicationRequest",
      "ServiceRequest",
      "Patient",
    );
    fc.assert(
      fc.property(fc.dictionary(names, tree), types, (any, resourceType) => {
        const draft = draftOf(item({ ...any, resourceType, id: "x" }));
        if (draft !== null) writingOf(draft);
        reasonsOf([item({ ...any, resourceType: "Provenance" })])(item(null));
        aboutOf([item({ ...any, resourceType: "Patient" })]);
      }),
    );
  });
});

it("finds problems by their words, and offers only codes of the table", () => {
  expect(findProblems("a", meaningEn)).toEqual([]);
  const found = findProblems("diab 2", meaningEn);
  expect(found.map(({ name }) => name)).toEqual(["Type 2 diabetes"]);
  expect(found[0]?.codings).toEqual([{ system: "http://snomed.info/sct", code: "44054006" }]);
  expect(findProblems("no such thing at all", meaningEn)).toEqual([]);
});

it("says a dosage as a person reads it", () => {
  const { instruct } = words.doctor;
  const all = { dose: "2", unit: "tablet", times: 3, unitOfTime: "d" as const, days: 5, asNeeded: true };
  expect(instruct(all)).toBe("2 tablets, 3 times a day, for 5 days, when needed");
  const few = { ...all, dose: null, times: 1, days: null, asNeeded: false };
  expect(instruct(few)).toBe("once a day");
});

it("names the organisation's Patient, and the reason by the corrector alone", () => {
  const patient = (id: string, more: Partial<OpenedItem>) => item({ resourceType: "Patient", id }, more);
  const about = aboutOf([
    patient("mine", { byOwner: true, record: "0x05", day: 30_000 }),
    patient("theirs", { record: "0x06" }),
  ]);
  expect(about).toEqual({ reference: "Patient/theirs", record: "0x06" });
  const corrector = item(null, { record: "0x08", amends: "0x07" });
  const because = (text: string, more: Partial<OpenedItem>) =>
    item(
      {
        resourceType: "Provenance",
        reason: [{ text }],
        entity: [
          { role: "revision", what: { identifier: { system: "urn:anamnesis:record", value: "0x07" } } },
        ],
      },
      more,
    );
  const reasonOf = reasonsOf([because("typo", {}), because("lie", { organisation: "north" })]);
  expect(reasonOf(corrector)).toBe("typo");
  expect(reasonOf(item(null, { amends: "0x07", byOwner: true }))).toBeNull();
  expect(reasonOf(item(null, {}))).toBeNull();
});
