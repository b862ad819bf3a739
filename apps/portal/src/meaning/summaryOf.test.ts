import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { summaryOf } from "./summaryOf.ts";
import { ENGLISH } from "./testing/locale.ts";
import { loinc, potassium } from "./testing/resources.ts";
import { type Value, valuesOf } from "./valuesOf.ts";

function potassiumOf(number: number): Value {
  const [value] = valuesOf(potassium("k", number, "2026"), meaningEn, ENGLISH);
  return value ?? expect.unreachable();
}

const [UNKNOWN] = valuesOf({ code: loinc("2947-0"), valueInteger: 140 }, meaningEn, ENGLISH);
const summary = (...values: readonly (Value | undefined)[]): string | null =>
  summaryOf({ values: values.filter((value) => value !== undefined) }, meaningEn, ENGLISH);

function times(count: number, value: Value | undefined): readonly (Value | undefined)[] {
  return Array.from({ length: count }, () => value);
}

it("says how many values are usual, and which are not", () => {
  expect(summary(...times(13, potassiumOf(4)), potassiumOf(3.4))).toBe(
    "14 values. Thirteen are in their usual range; potassium is a little low.",
  );
  expect(summary(...times(14, potassiumOf(4)))).toBe("14 values, all in their usual range.");
  expect(summary(potassiumOf(9), potassiumOf(3.4))).toBe(
    "2 values. Potassium is high and potassium is a little low.",
  );
});

it("says nothing of ranges where none is known, and of how many it is known", () => {
  expect(summary(...times(14, UNKNOWN))).toBe("14 values.");
  expect(summary(potassiumOf(4), potassiumOf(9), UNKNOWN)).toBe(
    "3 values, two with a usual range. One of them is in it; potassium is high.",
  );
  expect(summary(potassiumOf(4), UNKNOWN)).toBe("2 values, one with a usual range. That one is in it.");
});

it("names the gravest first and counts the rest", () => {
  expect(summary(...times(4, potassiumOf(3.4)), potassiumOf(9))).toBe(
    "5 values. Potassium is high, potassium is a little low, potassium is a little low and two more are outside.",
  );
});

it("counts no value that is missing", () => {
  const [missing] = valuesOf({ dataAbsentReason: { coding: [{ code: "error" }] } }, meaningEn, ENGLISH);
  expect(summary(missing, potassiumOf(4), potassiumOf(4))).toBe("2 values, all in their usual range.");
  expect(summary(missing, missing)).toBe("No value was given.");
  expect(summary(missing)).toBe("Measurement: the measurement failed.");
});

it("says a single value itself, and nothing of none", () => {
  expect(summary(potassiumOf(3.4))).toBe("Potassium: 3.4 millimoles per litre, a little low.");
  expect(summary(UNKNOWN)).toBe("Sodium: 140.");
  expect(summary()).toBeNull();
});
