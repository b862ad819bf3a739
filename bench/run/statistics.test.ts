import { describe, expect, it } from "vitest";
import { logLogFit, percentile } from "./statistics.ts";

describe("percentile", () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])("gives the nearest rank at %d", (p, value) => {
    expect(percentile(samples, p)).toBe(value);
  });

  it("is the one sample there is, and NaN without any", () => {
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe("logLogFit", () => {
  const at = (f: (x: number) => number) => [100, 1_000, 10_000].map((x) => ({ x, y: f(x) }));

  it.each([
    ["constant", () => 5, 0],
    ["proportional", (x: number) => 3 * x, 1],
    ["quadratic", (x: number) => x * x, 2],
    ["logarithmic in an inverse way", (x: number) => 1 / x, -1],
  ])("finds the power of what is %s", (_, f, slope) => {
    expect(logLogFit(at(f))?.slope).toBeCloseTo(slope, 10);
  });

  it("says how well the line fits", () => {
    expect(logLogFit(at((x) => x))?.r2).toBeCloseTo(1, 10);
    const zigzag = [1, 2, 3, 4].map((x) => ({ x, y: x % 2 === 0 ? 1 : 9 }));
    expect(logLogFit(zigzag)?.r2).toBeLessThan(0.5);
    expect(logLogFit(at(() => 5))?.r2).toBeNull();
  });

  it("needs two different x", () => {
    expect(logLogFit([{ x: 1, y: 2 }])).toBeNull();
    expect(
      logLogFit([
        { x: 3, y: 2 },
        { x: 3, y: 4 },
      ]),
    ).toBeNull();
    expect(
      logLogFit([
        { x: 0, y: 2 },
        { x: 3, y: 4 },
      ]),
    ).toBeNull();
  });
});
