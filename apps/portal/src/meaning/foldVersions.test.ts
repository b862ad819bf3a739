import { describe, expect, it } from "vitest";
import { reasonsOf } from "../history/reasonsOf.ts";
import { testItem } from "../testing/testItem.ts";
import { recordsOf } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { allergiesOf } from "./allergiesOf.ts";
import { chartOf } from "./chartOf.ts";
import { medicinesOf } from "./medicinesOf.ts";
import { snomed } from "./testing/resources.ts";
import { ENGLISH } from "./testing/locale.ts";
import { timelineOf } from "./timelineOf.ts";

type Change = Partial<Omit<OpenedItem, "resource">>;

const PENICILLIN = {
  resourceType: "AllergyIntolerance",
  id: "a1",
  code: snomed("91936005"),
  criticality: "high",
  recordedDate: "2026-01-05",
  meta: { lastUpdated: "2026-01-05T08:00:00Z" },
};
const RESOLVED = {
  ...PENICILLIN,
  criticality: "low",
  clinicalStatus: { coding: [{ code: "resolved" }] },
  meta: { lastUpdated: "2026-02-05T08:00:00Z" },
};

function written(record: string, resource: object, change: Change = {}): OpenedItem {
  return testItem({ record, resource: resource as OpenedItem["resource"], ...change });
}

/** What is current, what is earlier, how many resources stand, and how many entries the timeline has. */
function shown(...items: readonly OpenedItem[]) {
  const records = recordsOf(items);
  const { current, earlier } = allergiesOf(records, meaningEn, ENGLISH);
  const said = (list: typeof current): readonly string[] => list.map(({ name }) => name);
  return {
    current: said(current),
    earlier: said(earlier),
    standing: chartOf(records).items.length,
    entries: timelineOf(records, meaningEn, ENGLISH).length,
  };
}

const BOTH = { current: ["Penicillin"], earlier: ["Penicillin"], standing: 2, entries: 2 };
const AMENDED = { current: [], earlier: ["Penicillin"], standing: 1, entries: 1 };

describe("an allergy of one organisation", () => {
  const north = written("0xa", PENICILLIN);

  it("stands beside what another organisation says to have amended, whichever comes first", () => {
    const { id: _, ...unnamed } = RESOLVED;
    for (const foreign of [
      written("0xb", { ...RESOLVED, id: "b1" }, { organisation: "south", amends: "0xa" }),
      written("0xb", unnamed, { organisation: "south", amends: "0xa" }),
    ]) {
      expect(shown(north, foreign)).toEqual(BOTH);
      expect(shown(foreign, north)).toEqual(BOTH);
    }
  });

  it("stands beside a newer resource that another organisation gave the same id", () => {
    const foreign = written("0xb", RESOLVED, { organisation: "south" });
    expect(shown(north, foreign)).toEqual(BOTH);
    expect(shown(foreign, north)).toEqual(BOTH);
  });

  it("is not amended by the patient, nor is what the patient wrote by the home that took it", () => {
    expect(shown(north, written("0xb", RESOLVED, { byOwner: true, amends: "0xa" }))).toEqual(BOTH);
    const own = written("0xa", PENICILLIN, { byOwner: true });
    expect(shown(own, written("0xb", RESOLVED, { amends: "0xa" }))).toEqual(BOTH);
  });

  it("is not hidden by what another organisation entered in error", () => {
    const error = { ...PENICILLIN, verificationStatus: { coding: [{ code: "entered-in-error" }] } };
    const foreign = written("0xb", error, { organisation: "south", amends: "0xa" });
    expect(shown(north, foreign)).toEqual({ current: ["Penicillin"], earlier: [], standing: 1, entries: 1 });
  });

  it("is one with what its own organisation amended: by a colleague, co-signed, at the patient's request, as a version, as entered in error", () => {
    expect(shown(north, written("0xb", RESOLVED, { amends: "0xa", author: "A colleague" }))).toEqual(AMENDED);
    expect(
      shown(
        written("0xa", PENICILLIN, { cosign: { needed: 1, asked: ["South"] } }),
        written(
          "0xb",
          { ...RESOLVED, id: "other" },
          { amends: "0xa", cosign: { needed: 1, asked: ["South"] } },
        ),
      ),
    ).toEqual(AMENDED);
    expect(shown(north, written("0xb", RESOLVED))).toEqual(AMENDED);
    expect(
      shown(
        written("0xa", PENICILLIN, { byOwner: true }),
        written("0xb", RESOLVED, { byOwner: true, organisation: "south", amends: "0xa" }),
      ),
    ).toEqual(AMENDED);
    const error = { ...PENICILLIN, verificationStatus: { coding: [{ code: "entered-in-error" }] } };
    expect(shown(north, written("0xb", error, { amends: "0xa" }))).toEqual({
      current: [],
      earlier: [],
      standing: 0,
      entries: 0,
    });
  });

  it("is as its last amendment says, whatever the versions say of themselves and whichever opens first", () => {
    const { meta: _, ...undated } = PENICILLIN;
    const { meta: __, ...resolved } = RESOLVED;
    const error = { verificationStatus: { coding: [{ code: "entered-in-error" }] } };
    const amending = (resource: object): OpenedItem => written("0xb", resource, { amends: "0xa" });
    const NOTHING = { current: [], earlier: [], standing: 0, entries: 0 };
    for (const [older, newer, expected] of [
      [undated, RESOLVED, AMENDED],
      [undated, resolved, AMENDED],
      [PENICILLIN, resolved, AMENDED],
      [RESOLVED, PENICILLIN, { current: ["Penicillin"], earlier: [], standing: 1, entries: 1 }],
      [undated, { ...RESOLVED, ...error }, NOTHING],
      // Put back after it was taken away.
      [
        { ...undated, ...error },
        PENICILLIN,
        { current: ["Penicillin"], earlier: [], standing: 1, entries: 1 },
      ],
    ] as const) {
      expect(shown(written("0xa", older), amending(newer))).toEqual(expected);
      expect(shown(amending(newer), written("0xa", older))).toEqual(expected);
    }
  });

  it("keeps its reason for a correction, whatever another organisation gives as its own for the same record", () => {
    const why = (record: string, text: string, change: Change = {}): OpenedItem =>
      written(
        record,
        {
          resourceType: "Provenance",
          reason: [{ text }],
          entity: [
            { role: "revision", what: { identifier: { system: "urn:anamnesis:record", value: "0xa" } } },
          ],
        },
        change,
      );
    const correction = written("0xc", RESOLVED, { amends: "0xa" });
    const south = { organisation: "south" };
    const items = [
      north,
      correction,
      why("0xd", "tested again"),
      written("0xb", RESOLVED, { ...south, amends: "0xa" }),
      why("0xe", "because we say so", south),
    ];
    expect(reasonsOf(items)(correction)).toBe("tested again");
    expect(shown(...items)).toMatchObject({ current: [], earlier: ["Penicillin"] });
  });
});

it("a document replaces its author's documents alone", () => {
  const document = (id: string, more: object = {}): object => ({
    resourceType: "DocumentReference",
    id,
    date: "2026-01-05T08:00:00Z",
    ...more,
  });
  const replaces = { relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/d1" } }] };
  const entries = (change: Change): number =>
    timelineOf(
      recordsOf([written("0xa", document("d1")), written("0xb", document("d2", replaces), change)]),
      meaningEn,
      ENGLISH,
    ).length;
  expect(entries({ organisation: "south" })).toBe(2);
  expect(entries({})).toBe(1);

  // One that was entered in error gives back what it said to replace.
  const error = written("0xc", document("d2", { ...replaces, status: "entered-in-error" }), {
    amends: "0xb",
  });
  const all = [written("0xa", document("d1")), written("0xb", document("d2", replaces)), error];
  for (const items of [all, all.toReversed()]) {
    expect(timelineOf(recordsOf(items), meaningEn, ENGLISH)).toHaveLength(1);
  }
});

it("a prescription names the medicine that its own author wrote, and never another's of the same id", () => {
  const medication = (text: string): object => ({ resourceType: "Medication", id: "m1", code: { text } });
  const prescription = {
    resourceType: "MedicationRequest",
    id: "p1",
    status: "active",
    intent: "order",
    medicationReference: { reference: "Medication/m1" },
  };
  const named = (...items: readonly OpenedItem[]): readonly string[] =>
    medicinesOf(recordsOf(items), meaningEn, ENGLISH).current.map(({ name }) => name);
  const own = [written("0xa", prescription), written("0xb", medication("Ramipril"))];
  const foreign = written("0xc", medication("Warfarin"), { organisation: "south" });
  expect(named(...own, foreign)).toEqual(["Ramipril"]);
  expect(named(foreign, ...own)).toEqual(["Ramipril"]);
  expect(named(written("0xa", prescription), foreign)).not.toContain("Warfarin");
});
