import { describe, expect, it } from "vitest";
import { testItem } from "../testing/testItem.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { ownDetails } from "./ownDetails.ts";

function details(record: string, amends: string | null, hour: number): OpenedItem {
  const lastUpdated = `2026-01-05T0${hour}:00:00Z`;
  const resource = { resourceType: "Patient", id: "own", meta: { lastUpdated } };
  return testItem({ record, amends, byOwner: true, resource });
}

const opened = details("r0", null, 1);
const first = details("r1", "r0", 2);
const second = details("r2", "r1", 3);
const theirs = testItem({ record: "h", day: 9, resource: { resourceType: "Patient", id: "hospital" } });
const lost = (record: string) => ({ record, isLost: true });

describe("own details that are saved again", () => {
  it("take the place of the newest, also while its home says for a moment that it does not have it", () => {
    const items = [theirs, opened, first, second];
    expect(ownDetails(items, [])).toEqual({ newest: second, amended: second, state: "there" });
    const missing = [{ record: "r2", isLost: false }];
    expect(ownDetails(items, missing)).toEqual({ newest: second, amended: second, state: "missing" });
  });

  it("take the place of the newest that is not lost, and what was lost is still shown", () => {
    const items = [theirs, opened, first, second];
    expect(ownDetails(items, [lost("r2")])).toEqual({ newest: second, amended: first, state: "lost" });
    const both = [lost("r1"), lost("r2")];
    expect(ownDetails(items, both)).toEqual({ newest: second, amended: opened, state: "lost" });
    expect(ownDetails([theirs, first], [lost("r1")])).toEqual({
      newest: first,
      amended: null,
      state: "lost",
    });
  });

  it("are the newest from then on, and what was lost before does not come back", () => {
    const again = details("r3", "r0", 4);
    const items = [theirs, opened, first, second, again];
    const both = [lost("r1"), lost("r2")];
    expect(ownDetails(items, both)).toEqual({ newest: again, amended: again, state: "there" });
  });
});
