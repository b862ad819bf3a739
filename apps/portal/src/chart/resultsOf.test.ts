import { expect, it } from "vitest";
import type { OpenedRecord } from "../meaning/openedRecord.ts";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { timelineOf } from "../meaning/timelineOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { findEntries } from "../timeline/findEntries.ts";
import { resultsOf } from "./resultsOf.ts";

let last = 0;

function potassium(day: string, value: number, change: Readonly<Record<string, unknown>> = {}): OpenedRecord {
  last++;
  return {
    record: `record-${last}`,
    resource: {
      resourceType: "Observation",
      id: `o${last}`,
      status: "final",
      category: [{ coding: [{ code: "laboratory" }] }],
      code: { coding: [{ system: "http://loinc.org", code: "2823-3" }], text: "Potassium" },
      effectiveDateTime: day,
      valueQuantity: { value, unit: "mmol/L", code: "mmol/L", system: "http://unitsofmeasure.org" },
      referenceRange: [{ low: { value: 3.5 }, high: { value: 5.1 } }],
      ...change,
    },
  };
}

const entriesOf = (records: readonly OpenedRecord[]) => timelineOf(records, meaningEn, ENGLISH);

it("gives the newest value with its usual range, how it stands, and how it was before", () => {
  const records = [potassium("2024-02-01", 4.3), potassium("2026-11-12", 3.1), potassium("2025-08-03", 4.1)];
  const [result, ...others] = resultsOf(entriesOf(records));
  expect(others).toEqual([]);
  expect(result?.value).toMatchObject({
    short: "3.1 mmol/L",
    stateText: "low",
    range: { text: "3.5 to 5.1" },
  });
  expect(result?.points.map(({ number }) => number)).toEqual([4.3, 4.1, 3.1]);
  expect(result?.entry.records).toEqual([records[1]?.record]);
});

it("makes another line of another unit, and leaves out what was not measured at a laboratory, or has no value", () => {
  const grams = { value: 130, unit: "mg/L", code: "mg/L", system: "http://unitsofmeasure.org" };
  const records = [
    potassium("2026-11-12", 3.4),
    potassium("2026-11-11", 130, { valueQuantity: grams }),
    potassium("2026-11-13", 5, { category: [{ coding: [{ code: "vital-signs" }] }] }),
    potassium("2026-11-14", 5, { valueQuantity: undefined, dataAbsentReason: { text: "clotted" } }),
  ];
  expect(resultsOf(entriesOf(records)).map(({ value }) => value.short)).toEqual(["3.4 mmol/L", "130 mg/L"]);
});

it("draws no limit, and a result that two organisations noted once", () => {
  const records = [
    potassium("2026-11-12", 3.4),
    potassium("2026-11-12", 3.4),
    potassium("2026-11-10", 3, {
      valueQuantity: { value: 3, comparator: "<", unit: "mmol/L", code: "mmol/L" },
    }),
  ];
  expect(resultsOf(entriesOf(records))[0]?.points).toHaveLength(1);
});

it("finds what happened by the words of its values, and by its kind", () => {
  const visit: OpenedRecord = {
    record: "visit",
    resource: { resourceType: "Encounter", id: "e", status: "finished", period: { start: "2026-10-01" } },
  };
  const entries = entriesOf([potassium("2026-11-12", 3.4), visit]);
  expect(findEntries(entries, "all", " POTASSIUM ")).toHaveLength(1);
  expect(findEntries(entries, "visits", "")).toHaveLength(1);
  expect(findEntries(entries, "visits", "potassium")).toHaveLength(0);
  expect(findEntries(entries, "all", " ")).toBe(entries);
});
