import { expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { doseOf } from "./doseOf.ts";
import { ENGLISH } from "./testing/locale.ts";

const daily = { frequency: 1, period: 1, periodUnit: "d" };
const one = { doseAndRate: [{ doseQuantity: { value: 1 } }] };

it.each([
  [[{ text: "One tablet every morning." }], "One tablet every morning"],
  [[{ ...one, timing: { repeat: { ...daily, when: ["MORN"] } } }], "one in the morning"],
  [[{ ...one, timing: { repeat: { frequency: 2, period: 1, periodUnit: "d" } } }], "one twice a day"],
  [[{ ...one, timing: { repeat: { frequency: 1, period: 2, periodUnit: "d" } } }], "one every other day"],
  [[{ ...one, timing: { repeat: { frequency: 1, period: 60, periodUnit: "d" } } }], "one every 60 days"],
  [
    [{ ...one, timing: { repeat: { frequency: 3, frequencyMax: 4, period: 1, periodUnit: "d" } } }],
    "one three to four times a day",
  ],
  [
    [{ ...one, timing: { repeat: { ...daily, boundsDuration: { value: 7, code: "d" } } } }],
    "one once a day for 7 days",
  ],
  [[{ ...one, timing: { repeat: { ...daily, timeOfDay: ["08:00:00"] } } }], "one once a day at 08:00"],
  [
    [{ ...one, timing: { repeat: { frequency: 1, period: 1, periodUnit: "wk", dayOfWeek: ["mon"] } } }],
    "one once a week on Mondays",
  ],
  [[{ ...one, timing: { code: { coding: [{ code: "TID" }] } } }], "one three times a day"],
  [
    [{ doseAndRate: [{ doseQuantity: { value: 5, unit: "mg", code: "mg" } }], asNeededBoolean: true }],
    "5 mg when needed",
  ],
  [
    [{ doseAndRate: [{ doseQuantity: { value: 0.5 } }], asNeededCodeableConcept: { text: "pain" } }],
    "half when needed for pain",
  ],
  [[{ ...one, additionalInstruction: [{ text: "Take with food." }] }], "one (take with food)"],
  [[{ doseAndRate: [{ doseRange: { low: { value: 1 }, high: { value: 2 } } }] }], "one to two"],
  [
    [
      { sequence: 2, text: "one a day" },
      { sequence: 1, text: "two a day" },
    ],
    "two a day; then one a day",
  ],
])("says %o", (instructions, said) => {
  expect(doseOf(instructions, meaningEn, ENGLISH)).toBe(said);
});

it.each([
  [[]],
  [[{}]],
  [[{ ...one, timing: { repeat: { ...daily, offset: 30 } } }]],
  [[{ ...one, timing: { repeat: { ...daily, when: ["PHS"] } } }]],
  [[{ ...one, timing: { repeat: { frequency: 2 } } }]],
  [[{ ...one, timing: { repeat: { ...daily, boundsPeriod: { end: "2026-11-30" } } } }]],
  [[{ ...one, additionalInstruction: [{ coding: [{ code: "418577003" }] }] }]],
  [[{ ...one, maxDosePerPeriod: { numerator: { value: 4 } } }]],
  [[{ doseAndRate: [{ doseQuantity: { value: 1 }, rateQuantity: { value: 2 } }] }]],
  [[{ doseAndRate: [{ doseQuantity: { value: 1, comparator: "<" } }] }]],
  [[{ doseAndRate: [{ doseQuantity: { value: 0 } }] }]],
  [[{ text: "one a day" }, {}]],
])("says nothing rather than a part of %o", (instructions) => {
  expect(doseOf(instructions, meaningEn, ENGLISH)).toBeNull();
});
