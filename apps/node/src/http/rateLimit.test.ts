import { isAnamnesisError } from "@anamnesis/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateLimit } from "./rateLimit.ts";

/** Whether the caller got through. */
function taken(limit: RateLimit, caller: string, now: number): boolean {
  try {
    limit.take(caller, now);
    return true;
  } catch (error) {
    if (isAnamnesisError(error) && error.code === "rate-limited") return false;
    throw error;
  }
}

describe("RateLimit", () => {
  it("lets a burst through, then as many as its rate", () => {
    const limit = new RateLimit({ rate: 2, burst: 3 });
    expect([0, 0, 0, 0].map((now) => taken(limit, "a", now))).toEqual([true, true, true, false]);
    expect([499, 500, 500, 1000].map((now) => taken(limit, "a", now))).toEqual([false, true, false, true]);
  });

  it("counts each caller alone", () => {
    const limit = new RateLimit({ rate: 1, burst: 1 });
    expect([taken(limit, "a", 0), taken(limit, "a", 0), taken(limit, "b", 0)]).toEqual([true, false, true]);
  });

  it("saves up no more than a burst", () => {
    const limit = new RateLimit({ rate: 1000, burst: 2 });
    taken(limit, "a", 0);
    const later = 3_600_000;
    expect([1, 2, 3].map(() => taken(limit, "a", later))).toEqual([true, true, false]);
  });

  it("forgets the longest silent caller first", () => {
    const limit = new RateLimit({ rate: 0.001, burst: 1, callers: 2 });
    taken(limit, "a", 0);
    taken(limit, "b", 1);
    taken(limit, "a", 2);
    taken(limit, "c", 3);
    expect(taken(limit, "a", 4)).toBe(false);
    expect(taken(limit, "b", 5)).toBe(true);
  });

  it("never lets more through than burst and rate allow, whatever the times", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
        (rate, burst, gaps) => {
          const limit = new RateLimit({ rate, burst });
          let now = 0;
          let through = 0;
          for (const gap of gaps) {
            now += gap;
            if (taken(limit, "a", now)) through++;
          }
          // A millionth for the rounding of the sums.
          expect(through).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
        },
      ),
    );
  });
});
