import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planTransactions } from "./planTransactions.ts";

const MANY = { resources: 1000, bytes: 1_000_000 };
const of = (name: string, ...targets: readonly string[]) => ({ name, targets, bytes: 10 });
const names = (groups: readonly (readonly { readonly name: string }[])[]) =>
  groups.map((group) => group.map(({ name }) => name));

describe("planTransactions", () => {
  it("puts what is referred to first, and circles together", () => {
    const plan = planTransactions(
      [of("o", "e", "p"), of("e", "c", "p"), of("c", "e"), of("p", "elsewhere")],
      { resources: 2, bytes: 1_000_000 },
    );
    expect(names(plan).map((group) => group.toSorted())).toEqual([["p"], ["c", "e"], ["o"]]);
  });

  it("keeps to the limits, but for a circle and for one that is too large", () => {
    const ring = ["a", "b", "c"].map((name, i, all) => of(name, all[(i + 1) % 3] ?? ""));
    expect(planTransactions(ring, { resources: 2, bytes: 1_000_000 })).toHaveLength(1);
    const alone = [of("a"), { ...of("b"), bytes: 50 }, of("c"), of("d")];
    expect(names(planTransactions(alone, { resources: 10, bytes: 20 }))).toEqual([["a"], ["b"], ["c", "d"]]);
  });

  it("goes as deep as references do", () => {
    const chain = Array.from({ length: 50_000 }, (_, i) => of(String(i), String(i + 1)));
    expect(planTransactions(chain, MANY).flat()).toHaveLength(50_000);
  });

  it("leaves nobody out, and lets nobody wait for a later group", () => {
    const graphs = fc.integer({ min: 1, max: 30 }).chain((size) =>
      fc.array(fc.array(fc.integer({ min: 0, max: size }), { maxLength: 4 }), {
        minLength: size,
        maxLength: size,
      }),
    );
    fc.assert(
      fc.property(graphs, fc.integer({ min: 1, max: 5 }), (edges, resources) => {
        const all = edges.map((targets, i) => of(String(i), ...targets.map(String)));
        const plan = planTransactions(all, { resources, bytes: 1_000_000 });
        expect(plan.flat().toSorted((a, b) => Number(a.name) - Number(b.name))).toEqual(all);
        const place = new Map(plan.flatMap((group, i) => group.map(({ name }) => [name, i] as const)));
        for (const { name, targets } of all) {
          for (const target of targets) {
            const there = place.get(target);
            if (there !== undefined) expect(there).toBeLessThanOrEqual(place.get(name) ?? -1);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
