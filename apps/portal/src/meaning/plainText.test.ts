import { expect, it } from "vitest";
import { plainText } from "./plainText.ts";

it.each([
  "",
  " \u200b ",
  "unknown",
  "Unknown",
  "N/A",
  "-",
  "4548-4",
  "E11.9",
  "44054006",
  "I10",
  "LP29693-6",
  "8ff20ff8-9a14-4c50-b0e1-e2e5c11df428",
  "urn:oid:1.2.3",
  "http://loinc.org",
  "Patient/12",
  "Observation",
  "diagnosticreport",
  "MedicationRequest",
  "scan_0042.pdf",
  "MDC_PRESS_BLD",
  "http://snomed.info/sct|38341003",
  "42",
  undefined,
  7,
])("%s is no text for a person", (text) => {
  expect(plainText(text)).toBeNull();
});

it.each([
  ["Viral sinusitis (disorder)", "Viral sinusitis"],
  ["Protein [Mass/\u200bvolume]", "Protein [Mass/volume]"],
  ["  two \n words ", "two words"],
  ["Eye Infirmary -", "Eye Infirmary"],
  ["Blood pressure (sitting)", "Blood pressure (sitting)"],
  ["血圧", "血圧"],
  ["HbA1c", "HbA1c"],
  ["MMR", "MMR"],
])("%s reads %s", (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

it("cuts what is too long between words, and within none of two halves of a character", () => {
  const cut = plainText("word ".repeat(100)) ?? "";
  expect(cut).toMatch(/ word…$/);
  expect(cut.length).toBeLessThanOrEqual(161);
  expect(plainText(`${"x ".repeat(79)}y${"😀".repeat(50)}`)).not.toMatch(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/,
  );
});
