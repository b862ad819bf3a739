import { expect, it } from "vitest";
import { ratioOfMedians, ratioText } from "./ratio.ts";

it("is the ratio of the medians, whatever single values do", () => {
  const base = Array.from({ length: 101 }, (_, i) => 10 + (i % 5));
  const twice = base.map((value, i) => (i === 7 ? 9999 : value * 2));
  const { ratio, low, high } = ratioOfMedians(twice, base);
  expect(ratio).toBe(2);
  expect(low).toBeGreaterThan(1.7);
  expect(high).toBeLessThan(2.4);
  expect(low).toBeLessThanOrEqual(ratio);
  expect(high).toBeGreaterThanOrEqual(ratio);
});

it("has a narrower interval for more pairs, and is the same for the same pairs", () => {
  const values = (n: number, shift: number): readonly number[] =>
    Array.from({ length: n }, (_, i) => 100 + shift + ((i * 37) % 41));
  const widthOf = (n: number): number => {
    const { low, high } = ratioOfMedians(values(n, 5), values(n, 0));
    return high - low;
  };
  expect(widthOf(1000)).toBeLessThan(widthOf(20));
  expect(ratioOfMedians(values(50, 3), values(50, 0))).toEqual(ratioOfMedians(values(50, 3), values(50, 0)));
});

it("says itself in words", () => {
  expect(ratioText({ ratio: 0.914, low: 0.9, high: 1 })).toBe("0.91 (0.90 to 1.00)");
});
