import { expect, it } from "vitest";
import { seededRandom } from "./seededRandom.ts";
import { signedRanks } from "./signedRanks.ts";

it("gives the published example its sum of ranks", () => {
  // Wilcoxon 1945, table II: differences 8 to 75 of 14 of 15 pairs of plants, 24 on the negative side.
  const differences = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
  const { correlation } = signedRanks(
    differences,
    differences.map(() => 0),
  );
  expect(correlation).toBeCloseTo((120 - 2 * 24) / 120, 10);
});

it("finds what is always larger, and nothing in what is the same", () => {
  const first = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(signedRanks(first, first)).toEqual({ z: 0, correlation: 0 });
  const second = first.map((value) => value - 1);
  expect(signedRanks(first, second).correlation).toBe(1);
  expect(signedRanks(second, first).correlation).toBe(-1);
  expect(signedRanks(first, second).z).toBeCloseTo(10, 1);
});

it("lies within four deviations where chance alone decides", () => {
  const random = seededRandom("ranks");
  const values = (): number[] =>
    Array.from({ length: 2000 }, () => random(4).reduce((all, byte) => all * 256 + byte, 0));
  for (let i = 0; i < 20; i++) expect(Math.abs(signedRanks(values(), values()).z)).toBeLessThan(4);
});
