import { expect, it } from "vitest";
import { ENGLISH } from "../meaning/testing/locale.ts";
import { potassium, quantity } from "../meaning/testing/resources.ts";
import { valuesOf } from "../meaning/valuesOf.ts";
import { testItem } from "../testing/testItem.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { trendOf } from "./trendsFor.ts";

const at = (id: string, year: number, unit = "mmol/L") => ({
  ...potassium(id, 4 + year / 100, `20${year}-01-01`),
  valueQuantity: quantity(4 + year / 100, unit),
});

it("leads from a value to those of its analyte and unit, once there are three", () => {
  const resources = [at("a", 10), at("b", 11), at("c", 12), at("d", 13, "mg/dL"), at("e", 14, "mg/dL")];
  const items = resources.map((resource, i) => testItem({ record: `r${i}`, resource }));
  const points = resources.map((resource) => {
    const [value] = valuesOf(resource, meaningEn, ENGLISH);
    return value === undefined ? null : (trendOf(value, items)?.points.length ?? null);
  });
  expect(points).toEqual([3, 3, 3, null, null]);
});
