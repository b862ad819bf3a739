import type { Day, RecordId } from "@anamnesis/core/ids";
import type { OrderedRecord } from "@anamnesis/sdk/openLocks";
import { describe, expect, it } from "vitest";
import { firstOf } from "./firstOf.ts";

function record(name: string, resourceType: string, at: number | null, day: number): OrderedRecord {
  const when = at as Day | null;
  return {
    record: name as RecordId,
    attributes: { resourceType, from: when, to: when, labels: [] },
    day: day as Day,
  };
}

describe("the order in which records are opened", () => {
  it("begins with who it is and what is dangerous not to know, then goes back in time", () => {
    const records = [
      record("old value", "Observation", 10_000, 20_000),
      record("new value", "Observation", 20_000, 20_000),
      record("problem", "Condition", 5_000, 20_000),
      record("undated", "DocumentReference", null, 15_000),
      record("allergy", "AllergyIntolerance", 4_000, 20_000),
      record("who", "Patient", null, 20_000),
      record("medicine", "MedicationRequest", 19_000, 20_000),
    ];
    expect(records.toSorted(firstOf).map(({ record: name }) => name)).toEqual([
      "who",
      "allergy",
      "medicine",
      "problem",
      "new value",
      "undated",
      "old value",
    ]);
  });

  it("has a correction before what it corrects", () => {
    const records = [record("first", "Observation", 100, 200), record("correction", "Observation", 100, 201)];
    expect(records.toSorted(firstOf)[0]?.record).toBe("correction");
  });
});
