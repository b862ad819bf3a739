import { describe, expect, it } from "vitest";
import type { RecordId } from "@anamnesis/core/ids";
import { testItem } from "../../testing/testItem.ts";
import { missingOf, type Sent } from "./missingOf.ts";

const HOUR = 3600;
const sent = (at: number, ...records: readonly string[]): Sent => ({
  at,
  items: records.map((record) => testItem({ record })),
});
const status = (record: string, accepted: boolean) => ({ record: record as RecordId, accepted });

describe("what a home that took it does not have", () => {
  it("is lost when it was sent more than an hour ago, and not before", () => {
    const both = [sent(0, "old"), sent(10, "new")];
    const none = [status("old", false), status("new", false)];
    expect(missingOf(both, none, HOUR + 1)).toEqual([
      { record: "old", isLost: true },
      { record: "new", isLost: false },
    ]);
  });

  it("is nothing that it has, or of which no home says anything", () => {
    const all = [sent(0, "has", "silent", "gone")];
    const told = [status("has", true), status("gone", false), status("another", false)];
    expect(missingOf(all, told, 10 * HOUR)).toEqual([{ record: "gone", isLost: true }]);
    expect(missingOf(all, [], 10 * HOUR)).toEqual([]);
  });
});
