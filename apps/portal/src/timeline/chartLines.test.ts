import { expect, it } from "vitest";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { loinc, opened, potassium, quantity } from "../meaning/testing/resources.ts";
import { trendsOf } from "../meaning/trendsOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { chartLines, HEIGHT, WIDTH } from "./chartLines.ts";

function chartOfNumbers(numbers: readonly number[], change: object = {}) {
  const series = numbers.map((number, i) => ({
    ...potassium(`k${i}`, number, `20${10 + i}-01-01`),
    ...change,
  }));
  const [trend] = trendsOf(opened(...series), meaningEn, ENGLISH);
  if (trend === undefined) throw new Error("no trend");
  return chartLines(trend);
}

it("marks what is outside and the newest, within the drawing, and has the ends of the range as its scale", () => {
  const { band, dots, scale, lines } = chartOfNumbers([4.3, 5.6, 3.4]);
  expect(dots.map(({ isOutside, isNewest }) => [isOutside, isNewest])).toEqual([
    [false, false],
    [true, false],
    [true, true],
  ]);
  expect(scale.map(({ value }) => value)).toEqual([5.1, 3.5]);
  expect(scale.map(({ y }) => y)).toEqual([band?.top, band?.bottom]);
  const [first, high, low] = dots.map(({ y }) => y);
  expect(high).toBeLessThan(band?.top ?? 0);
  expect(first).toBeGreaterThan(band?.top ?? HEIGHT);
  expect(low).toBeGreaterThan(band?.bottom ?? HEIGHT);
  expect(dots.every(({ x, y }) => x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT)).toBe(true);
  expect(lines).toHaveLength(1);
});

it("shades to the edge where a range has one end, and has no band without one", () => {
  const above = chartOfNumbers([1, 2], { referenceRange: [{ low: quantity(1.5, "mmol/L") }] });
  expect(above.band?.top).toBe(0);
  expect(above.scale.map(({ value }) => value)).toEqual([1.5]);
  const none = chartOfNumbers([1, 2], { referenceRange: [] });
  expect(none.band).toBeNull();
  expect(none.scale.map(({ value }) => value)).toEqual([2, 1]);
});

it("leaves a mark out that would stand on another", () => {
  expect(chartOfNumbers([4, 100]).scale.map(({ value }) => value)).toEqual([5.1]);
  const same = chartOfNumbers([4, 4], { referenceRange: [] });
  expect(same.scale.map(({ value }) => value)).toEqual([4]);
  expect(same.dots.map(({ y }) => y)).toEqual([HEIGHT / 2, HEIGHT / 2]);
});

it("draws both lines of a blood pressure", () => {
  const part = (code: string, value: number) => ({
    code: loinc(code),
    valueQuantity: quantity(value, "mm[Hg]"),
  });
  const { lines, dots } = chartOfNumbers([120, 130], {
    code: loinc("85354-9"),
    valueQuantity: undefined,
    referenceRange: undefined,
    component: [part("8480-6", 131), part("8462-4", 85)],
  });
  expect(lines).toHaveLength(2);
  expect(dots).toHaveLength(4);
});
