import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeOfDecimal } from "./decimalRange.ts";

describe("a decimal's range", () => {
  it.each([
    ["100", "100", "99.5", "100.5"],
    ["100.00", "100", "99.995", "100.005"],
    ["1e2", "100", "50", "150"],
    ["5.4", "5.4", "5.35", "5.45"],
    ["5.40e-3", "0.0054", "0.005395", "0.005405"],
    ["-0.5", "-0.5", "-0.55", "-0.45"],
    ["0", "0", "-0.5", "0.5"],
    ["-0", "0", "-0.5", "0.5"],
    [
      "12345678901234567890.123456789",
      "12345678901234567890.123456789",
      "12345678901234567890.1234567885",
      "12345678901234567890.1234567895",
    ],
  ])("of %s", (text, value, low, high) => {
    expect(rangeOfDecimal(text)).toEqual({ value, low, high });
  });

  it.each([
    ["100", "90", "110"],
    ["-50.0", "-55", "-45"],
    ["1", "0.5", "1.5"],
  ])("of about %s", (text, low, high) => {
    expect(rangeOfDecimal(text, true)).toMatchObject({ low, high });
  });

  it.each([
    "",
    "+1",
    "01",
    "1.",
    ".5",
    "1e",
    "0x10",
    "NaN",
    "1 ",
    "1e99999",
    "1e301",
    "1e-400",
    "9".repeat(201),
  ])("of %j is none", (text) => {
    expect(rangeOfDecimal(text)).toBeNull();
  });

  it("holds the value, and is narrower with each further zero", () => {
    const digits = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 4 }), (whole, zeros) => {
        const coarse = rangeOfDecimal(String(whole));
        const fine = rangeOfDecimal(`${whole}.${"0".repeat(zeros)}`);
        expect(fine?.value).toBe(String(whole));
        expect(Number(coarse?.high) - Number(coarse?.low)).toBeGreaterThan(
          Number(fine?.high) - Number(fine?.low),
        );
      }),
      { numRuns: 200 },
    );
  });
});
