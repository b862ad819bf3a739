import { expect, it } from "vitest";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { type Given, opened, snomed } from "../meaning/testing/resources.ts";
import { timelineOf } from "../meaning/timelineOf.ts";
import { lists as said } from "../words/en/lists.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { listsOf } from "./listsOf.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const VISIT = { encounter: { reference: "Encounter/v" } };

function listed(...resources: readonly Given[]) {
  const records = opened(...resources);
  const entries = timelineOf(records, meaningEn, ENGLISH);
  const lists = listsOf({ records, entries, words: meaningEn, said, locale: ENGLISH, now: NOW });
  return { lists: new Map(lists.map((list) => [list.area, list])), entries };
}

const visit: Given = {
  resourceType: "Encounter",
  id: "v",
  status: "finished",
  period: { start: "2020-05-05T10:00:00Z" },
};
const vaccine = (id: string, more: object = VISIT): Given => ({
  resourceType: "Immunization",
  id,
  status: "completed",
  vaccineCode: { text: "Tetanus vaccine" },
  occurrenceDateTime: "2020-05-05T10:00:00Z",
  ...more,
});
const medicine = (id: string, status: string, text: string): Given => ({
  resourceType: "MedicationRequest",
  id,
  status,
  intent: "order",
  medicationCodeableConcept: { text },
  authoredOn: "2020-05-05",
  requester: { display: "Dr. Okafor" },
  ...VISIT,
});
const note: Given = {
  resourceType: "DocumentReference",
  id: "d",
  status: "current",
  date: "2020-05-05T10:30:00Z",
  type: { text: "Letter" },
  content: [{ attachment: { contentType: "application/pdf", size: 1000 } }],
  context: { encounter: [{ reference: "Encounter/v" }] },
};
const picture: Given = {
  resourceType: "Media",
  id: "m",
  status: "completed",
  createdDateTime: "2020-05-05",
  content: { contentType: "image/png" },
  ...VISIT,
};

it("names what was given, prescribed and written at a visit, and where it stands in the timeline", () => {
  const { lists, entries } = listed(
    visit,
    vaccine("i"),
    medicine("1", "active", "Ramipril 5 MG"),
    medicine("2", "stopped", "Aspirin 81 MG"),
    note,
    picture,
  );
  expect(entries.map(({ id, areas }) => [id, areas])).toEqual([
    ["visit:Encounter/v", ["visits", "vaccines", "medicines", "documents"]],
  ]);
  const rows = [...lists].map(([area, { lines, earlier }]) => [
    area,
    lines.map(({ name, more, entry }) => [name, more.join(", "), entry]),
    earlier,
  ]);
  const from = "visit:Encounter/v";
  expect(rows).toEqual([
    ["medicines", [["Ramipril 5 mg", "since 5 May 2020, Dr. Okafor", from]], 1],
    ["allergies", [], 0],
    ["vaccines", [["Tetanus vaccine", "5 May 2020", from]], 0],
    [
      "documents",
      [
        ["Letter", "PDF, 1 kB, 5 May 2020", from],
        ["Picture", "Picture, 5 May 2020", from],
      ],
      0,
    ],
  ]);
});

it("puts an allergy before the old word that there is none, and a vaccine that was refused as such", () => {
  const none: Given = { resourceType: "AllergyIntolerance", id: "n", code: snomed("716186003") };
  const latex: Given = {
    resourceType: "AllergyIntolerance",
    id: "l",
    code: { text: "Latex allergy" },
    criticality: "high",
  };
  const both = listed(none, latex, vaccine("i", { status: "not-done" })).lists;
  expect(both.get("allergies")?.lines.map(({ name, alarm }) => [name, alarm])).toEqual([
    ["Latex", "can be dangerous"],
  ]);
  expect(both.get("vaccines")?.lines.map(({ more }) => more)).toEqual([["not given", "5 May 2020"]]);
  expect(
    listed(none)
      .lists.get("allergies")
      ?.lines.map(({ name }) => name),
  ).toEqual(["No known allergies"]);
});

it("finds an entry among all kinds that are in it, whoever wrote it", () => {
  const own: Given = {
    resourceType: "Observation",
    id: "o",
    status: "final",
    code: { text: "Weight" },
    effectiveDateTime: "2020-05-06",
    subject: { reference: "Patient/p" },
    performer: [{ reference: "Patient/p" }],
  };
  const measured: Given = { ...own, id: "w", effectiveDateTime: "2020-05-05", performer: [], ...VISIT };
  const { entries } = listed(visit, measured, own, vaccine("alone", { occurrenceDateTime: "2019" }));
  expect(entries.map(({ areas }) => areas)).toEqual([
    ["own", "measurements"],
    ["visits", "measurements"],
    ["vaccines"],
  ]);
});

it("lists what 1,500 visits hold about as fast for each as what few do", () => {
  const many = Array.from({ length: 1500 }, (_, i): readonly Given[] => [
    { ...visit, id: `v${i}` },
    vaccine(`i${i}`, { encounter: { reference: `Encounter/v${i}` }, occurrenceDateTime: `${1000 + i}` }),
    { ...note, id: `d${i}`, context: { encounter: [{ reference: `Encounter/v${i}` }] } },
  ]).flat();
  const begin = process.cpuUsage();
  const { lists } = listed(...many);
  const { user, system } = process.cpuUsage(begin);
  expect(lists.get("vaccines")?.lines.filter(({ entry }) => entry !== null)).toHaveLength(1500);
  // Some fifteen times what it takes: others compute on the same machine.
  expect((user + system) / 1000).toBeLessThan(3000);
});
