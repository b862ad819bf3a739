import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import { describe, expect, it } from "vitest";
import type { OpenedItem } from "./protocol.ts";
import { toldOf } from "./toldOf.ts";

const refusal = (record: string, code: string) => ({ record, code }) as unknown as RefusedRecord;
const item = (record: string) => ({ record }) as unknown as OpenedItem;

describe("what did not open", () => {
  it("is on its way as long as the ledger does not have it, and counts as missing for any other reason", () => {
    const refused = [refusal("a", "not-anchored"), refusal("b", "not-opened"), refusal("c", "erased")];
    expect(toldOf([item("d")], refused, null)).toEqual({ refused: 2, late: ["a"] });
  });

  it("of what was looked for is on its way until it opens or is refused, also when no home lists it now", () => {
    const refused = [refusal("a", "not-anchored"), refusal("b", "not-opened")];
    expect(toldOf([item("d")], refused, new Set(["a", "b", "d", "nowhere"]))).toEqual({
      refused: 1,
      late: ["a", "nowhere"],
    });
  });
});
