import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loggedAccess as look } from "../testing/loggedAccess.ts";
import { visitsOf } from "./visitsOf.ts";

const DAY = 86_400;

function isMachine({ actor }: { readonly actor: string }): boolean {
  return actor === "machine";
}

describe("visits to one's records", () => {
  it("gather the requests of one person within minutes, and count each record once", () => {
    const visits = visitsOf(
      [look({ when: 1000, kind: "genetic", opened: ["a", "b"] }), look({ when: 1100, opened: ["b", "c"] })],
      isMachine,
    );
    expect(visits).toHaveLength(1);
    expect(visits[0]).toMatchObject({ began: 1000, when: 1100, opened: 3, machine: false });
    expect(visits[0]?.accesses.map(({ when }) => when)).toEqual([1100, 1000]);
  });

  it("are apart by time, asker, reason and outcome", () => {
    const visits = visitsOf(
      [
        look({ when: 1000 }),
        look({ when: 8970, opened: 0, refused: ["revoked"] }),
        look({ when: 8980, purpose: "HRESCH" }),
        look({ when: 8990, who: ["bela", "south"] }),
        look({ when: 9000 }),
      ],
      isMachine,
    );
    expect(visits.map(({ when, opened, refused, codes }) => [when, opened, refused, codes])).toEqual([
      [9000, 1, 0, []],
      [8990, 1, 0, []],
      [8980, 1, 0, []],
      [8970, 0, 1, ["revoked"]],
      [1000, 1, 0, []],
    ]);
  });

  it("of a machine are one a day, however often it asks", () => {
    const every = Array.from({ length: 40 }, (_, i) =>
      look({ when: 10 * DAY + i * 3600, who: ["machine", "south"] }),
    );
    const visits = visitsOf(every, isMachine);
    expect(visits.map(({ accesses, opened, machine }) => [accesses.length, opened, machine])).toEqual([
      [16, 16, true],
      [24, 24, true],
    ]);
  });

  it("lose no request and have none twice, and keep their ids when more is logged", () => {
    const told = fc.record({
      when: fc.integer({ min: 0, max: 3 * DAY }),
      who: fc.constantFrom(null, ["ada", "south"] as const, ["machine", "south"] as const),
      opened: fc.integer({ min: 0, max: 3 }),
      refused: fc.array(fc.constantFrom("revoked", "expired"), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (all, until) => {
        const accesses = all.map(look).toSorted((a, b) => a.when - b.when);
        const visits = visitsOf(accesses, isMachine);
        const requests = visits.flatMap((visit) => visit.accesses.map(({ request }) => request));
        expect(requests.toSorted()).toEqual(accesses.map(({ request }) => request).toSorted());
        expect(new Set(visits.map(({ id }) => id)).size).toBe(visits.length);
        expect(visits.map(({ when }) => when)).toEqual(
          visits.map(({ when }) => when).toSorted((a, b) => b - a),
        );
        const ids = new Set(visits.map(({ id }) => id));
        expect(visitsOf(accesses.slice(0, until), isMachine).every(({ id }) => ids.has(id))).toBe(true);
      }),
    );
  });
});
