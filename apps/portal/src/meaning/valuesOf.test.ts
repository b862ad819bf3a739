import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import { ENGLISH } from "./testing/locale.ts";
import { interpretation, loinc, potassium, quantity } from "./testing/resources.ts";
import { type Value, valuesOf } from "./valuesOf.ts";

function values(observation: Readonly<Record<string, unknown>>): readonly Value[] {
  return valuesOf({ resourceType: "Observation", ...observation }, meaningEn, ENGLISH);
}

function value(observation: Readonly<Record<string, unknown>>): Value {
  const [first, ...more] = values(observation);
  expect(more).toEqual([]);
  return first ?? expect.unreachable("no value");
}

describe("valuesOf", () => {
  it("says a number for a patient and for a doctor, and how it stands to the range that it came with", () => {
    expect(value(potassium("k", 3.4, "2026-11-12"))).toMatchObject({
      name: "Potassium",
      inSentence: "potassium",
      technical: "Potassium [Moles/volume] in Blood",
      text: "3.4 millimoles per litre",
      short: "3.4 mmol/L",
      number: 3.4,
      range: { low: 3.5, high: 5.1, text: "3.5 to 5.1" },
      state: "little-low",
      stateText: "a little low",
    });
  });

  it.each([
    [3.33, "low"],
    [3.35, "little-low"],
    [3.5, "usual"],
    [5.1, "usual"],
    [5.2, "little-high"],
    [6, "high"],
  ])("calls a potassium of %d %s: a little is a tenth of the range's width", (number, state) => {
    expect(value(potassium("k", number, "2026")).state).toBe(state);
  });

  it("takes the source's interpretation, of several the gravest, but never calls usual what its range does not", () => {
    const marked = (number: number, ...codes: readonly string[]): unknown =>
      value({ ...potassium("k", number, "2026"), interpretation: codes.map(interpretation) }).state;
    expect(marked(3.4, "L")).toBe("little-low");
    expect(marked(3.4, "LL")).toBe("very-low");
    expect(marked(4, "H")).toBe("high");
    expect(marked(4, "N", "HH")).toBe("very-high");
    expect(marked(6, "N")).toBe("high");
    expect(marked(4, "A")).toBe("outside");
  });

  it("knows no usual range that the resource does not bring", () => {
    const { referenceRange: _, ...bare } = potassium("k", 9.9, "2026");
    expect(value(bare)).toMatchObject({ range: null, state: null, stateText: null });
  });

  it("holds no number against a range in another unit, of another meaning, or against one of several", () => {
    const ranged = (...referenceRange: readonly object[]): Value =>
      value({ ...potassium("k", 9, "2026"), referenceRange });
    const low = quantity(3.5, "mmol/L");
    expect(ranged({ low: quantity(3500, "umol/L") }).state).toBeNull();
    expect(ranged({ low, type: { coding: [{ code: "treatment" }] } }).range).toBeNull();
    expect(ranged({ low }, { low, high: low }).range).toBeNull();
    expect(ranged({ low: quantity(5, "mmol/L"), high: quantity(4, "mmol/L") }).state).toBeNull();
    expect(ranged({ text: "depends on age" })).toMatchObject({
      range: { text: "depends on age" },
      state: null,
    });
  });

  it("says a blood pressure as one value", () => {
    const part = (code: string, number: number): object => ({
      code: loinc(code),
      valueQuantity: quantity(number, "mm[Hg]"),
    });
    expect(
      value({ code: loinc("85354-9"), component: [part("8462-4", 82), part("8480-6", 128)] }),
    ).toMatchObject({
      name: "Blood pressure",
      text: "128 over 82 millimetres of mercury",
      short: "128/82 mmHg",
      number: 128,
      second: 82,
    });
  });

  it("gives every other component a value of its own, and a panel none", () => {
    const component = [
      { code: loinc("2947-0"), valueQuantity: quantity(140, "mmol/L") },
      { valueString: "clear" },
    ];
    expect(
      values({ code: { text: "Urine, look and salt" }, component }).map(({ name, text }) => [name, text]),
    ).toEqual([
      ["Sodium", "140 millimoles per litre"],
      ["Urine, look and salt", "clear"],
    ]);
    expect(values({ code: loinc("24326-1"), hasMember: [{ reference: "Observation/1" }] })).toEqual([]);
  });

  it.each([
    [{ valueQuantity: { ...quantity(0.5, "mg/L"), comparator: "<" } }, "less than 0.5 milligrams per litre"],
    [{ valueQuantity: quantity(1, "mmol/L") }, "1 millimole per litre"],
    [{ valueQuantity: quantity(5, "{score}") }, "5"],
    [{ valueQuantity: quantity(7, "[arb'U]/mL") }, "7 arb'U/mL"],
    [
      {
        valueCodeableConcept: { coding: [{ code: "266919005", display: "Never smoked tobacco (finding)" }] },
      },
      "Never smoked tobacco",
    ],
    [{ valueCodeableConcept: { coding: [{ code: "POS" }] } }, "positive"],
    [{ valueString: "2+" }, "2+"],
    [{ valueBoolean: false }, "no"],
    [{ valueInteger: 3 }, "3"],
    [{ valueDateTime: "2026-03" }, "March 2026"],
    [{ valueRange: { low: quantity(3, "cm"), high: quantity(5, "cm") } }, "3 to 5 centimetres"],
    [{ valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }, "1 to 128"],
    [{ valueSampledData: { data: "1 2 3" } }, "a recorded curve"],
    [{ interpretation: [interpretation("NEG")] }, "negative"],
    [{ dataAbsentReason: { coding: [{ code: "not-performed" }] } }, "not measured"],
    [{ dataAbsentReason: { text: "Sample was lost" } }, "Sample was lost"],
    [{}, "no value given"],
  ])("says %o as %s", (observation, text) => {
    expect(value(observation).text).toBe(text);
  });

  it("names the reason when there is no value", () => {
    expect(value({ dataAbsentReason: { coding: [{ code: "masked" }] } }).absent).toBe("not shown here");
    expect(value({ valueString: "clear" }).absent).toBeNull();
  });

  it("keeps the zeros that were measured and rounds what was calculated", () => {
    const figure = (number: string, unit = "mmol/L"): unknown =>
      value(
        parseJson(`{"valueQuantity":{"value":${number},"code":"${unit}"}}`) as Readonly<
          Record<string, unknown>
        >,
      ).figure;
    expect(figure("3.40")).toBe("3.40");
    expect(figure("0.125")).toBe("0.125");
    expect(figure("70.84472571470116")).toBe("70.8");
    expect(figure("1234.56789")).toBe("1,235");
    expect(figure("0.00012345678")).toBe("0.000123");
    expect(figure("77.3812", "mm[Hg]")).toBe("77");
    expect(figure("1e3")).toBe("1,000");
  });

  it.each([
    ["Potassium [Moles/volume] in Serum or Plasma", "Potassium"],
    ["Leukocytes [#/volume] in Blood by Automated count", "Leukocytes"],
    ["Hematocrit [Volume Fraction] of Blood by Automated count", "Hematocrit"],
    [
      "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
      "Pain severity - 0-10 verbal numeric rating",
    ],
    ["Bilirubin.indirect [Mass/\u200bvolume] in Serum or Plasma", "Bilirubin, indirect"],
    ["Kalium", "Kalium"],
  ])("shortens the name %s to %s", (display, name) => {
    expect(
      value({ code: { coding: [{ system: "http://example.org/local", code: "1", display }] } }).name,
    ).toBe(name);
  });

  it("names what has only a code in general words", () => {
    expect(value({ code: loinc("99999-9"), valueInteger: 1 }).name).toBe("Measurement");
  });
});
