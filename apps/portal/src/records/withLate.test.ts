import { describe, expect, it } from "vitest";
import type { OpenedItem, OpenedRecords } from "../worker/protocol.ts";
import { withLate } from "./withLate.ts";
import { testItem } from "../testing/testItem.ts";

const item = (record: string): OpenedItem => testItem({ record });
const opened = (items: readonly string[], late: readonly string[], refused = 0): OpenedRecords => ({
  items: items.map(item),
  gaps: [],
  refused,
  late,
});

describe("what was on its way", () => {
  it("stands with what is shown, once, and what is not there yet stays on its way", () => {
    const shown = opened(["a", "b"], ["c", "d", "e"], 1);
    expect(withLate(shown, ["c", "d", "e"], opened(["b", "c"], ["e"], 1))).toEqual(
      opened(["a", "b", "c"], ["e"], 2),
    );
  });

  it("stays where it was not looked for", () => {
    const shown = opened(["a"], ["c", "new"]);
    expect(withLate(shown, ["c"], opened(["c"], []))).toEqual(opened(["a", "c"], ["new"]));
  });
});
