import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dedupeOf } from "./dedupe.ts";
import { hash, intents } from "./testing/anyIntent.ts";

describe("dedupeOf", () => {
  it("differs for different wishes", () => {
    fc.assert(
      fc.property(intents, intents, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(dedupeOf(a)).not.toBe(dedupeOf(b));
      }),
    );
  });

  it("takes two batches of one number, and two heads of one size, for the same", () => {
    fc.assert(
      fc.property(intents, hash, (intent, other) => {
        if (intent.type !== "AnchorBatch" && intent.type !== "AnchorLogHead") return;
        expect(dedupeOf({ ...intent, root: other })).toBe(dedupeOf(intent));
      }),
    );
  });
});
