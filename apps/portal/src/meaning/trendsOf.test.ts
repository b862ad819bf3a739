import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { ENGLISH } from "./testing/locale.ts";
import { loinc, opened, potassium, quantity } from "./testing/resources.ts";
import { trendsOf } from "./trendsOf.ts";

const series = [4.3, 4.2, 4, 3.7, 3.4].map((number, i) => potassium(`k${i}`, number, `202${i + 2}-11-12`));

it("puts an analyte's numbers in a row, newest last, and reads them out", () => {
  const [trend, ...more] = trendsOf(opened(...series.toReversed()), meaningEn, ENGLISH);
  expect(more).toEqual([]);
  expect(trend?.sentence).toBe(
    "Potassium over five tests: 4.3, 4.2, 4, 3.7, 3.4 millimoles per litre, usual range 3.5 to 5.1",
  );
  expect(trend?.points.map(({ number, state }) => [number, state]).at(-1)).toEqual([3.4, "little-low"]);
  expect(trend?.range?.text).toBe("3.5 to 5.1");
});

it("never puts another code or another unit in the same row", () => {
  const [one] = series;
  const other = [
    { ...one, resourceType: "Observation", id: "code", code: loinc("2823-3") },
    { ...one, resourceType: "Observation", id: "unit", valueQuantity: quantity(3400, "umol/L") },
    {
      ...one,
      resourceType: "Observation",
      id: "limit",
      valueQuantity: { ...quantity(5, "mmol/L"), comparator: ">" },
    },
    { ...one, resourceType: "Observation", id: "cancelled", status: "cancelled", effectiveDateTime: "2021" },
    { ...one, resourceType: "Observation", id: "undated", effectiveDateTime: undefined },
    { ...one, resourceType: "Observation", id: "copy" },
  ];
  const trends = trendsOf(opened(...series, ...other), meaningEn, ENGLISH);
  expect(trends.map(({ id, points }) => [id, points.length])).toEqual([
    ["http://loinc.org|2823-3|mmol/L", 1],
    ["http://loinc.org|6298-4|mmol/L", 5],
    ["http://loinc.org|6298-4|umol/L", 1],
  ]);
  expect(trends[0]?.sentence).toBe("Potassium: 4.3 millimoles per litre, usual range 3.5 to 5.1");
});

it("keeps numbers apart where a comma is the decimal sign", () => {
  const [trend] = trendsOf(opened(...series), meaningEn, { tag: "de", timeZone: "Europe/Berlin" });
  expect(trend?.sentence).toContain("4,3; 4,2; 4; 3,7; 3,4");
});
