import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { describe, expect, it } from "vitest";
import type { Resource } from "../resource.ts";
import { SEGMENT_OF_SENSITIVITY, STRICTEST_FIRST } from "./sensitivity.ts";
import { segmentOf } from "./segmentOf.ts";

const ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const ICD_10 = "http://hl7.org/fhir/sid/icd-10";
const SCT = "http://snomed.info/sct";

function labelled(...codes: readonly string[]): Resource {
  const security = codes.map((code) => ({ system: ACT_CODE, code }));
  return { resourceType: "Observation", meta: { security } };
}

function coded(...coding: readonly (readonly [system: string, code: string])[]): Resource {
  return {
    resourceType: "Condition",
    code: { coding: coding.map(([system, code]) => ({ system, code })) },
  };
}

describe("segmentOf", () => {
  it("knows an order for every kind", () => {
    expect([...STRICTEST_FIRST].sort()).toEqual([...SEGMENT_KINDS].sort());
  });

  it.each([...SEGMENT_OF_SENSITIVITY])("puts label %s into %s", (code, kind) => {
    expect(segmentOf(labelled(code))).toBe(kind);
  });

  it("takes the strictest of several", () => {
    expect(segmentOf(labelled("GDIS", "PSY", "ETH"))).toBe("substance-use");
    expect(segmentOf(labelled("ETH", "SDV"))).toBe("violence");
    expect(segmentOf(coded([ICD_10, "F32.1"], [ICD_10, "Z32.1"]))).toBe("sexual-reproductive");
  });

  it("lets the source's sensitivity stand against its codes, and no other label", () => {
    const meta = { security: [{ system: ACT_CODE, code: "PSY" }] };
    expect(segmentOf({ ...coded([ICD_10, "F10.2"]), meta })).toBe("mental-health");
    expect(
      segmentOf({ ...coded([ICD_10, "F10.2"]), meta: { security: [{ system: ACT_CODE, code: "NOAUTH" }] } }),
    ).toBe("substance-use");
    expect(
      segmentOf({ ...coded(), meta: { security: [{ system: "http://example.org", code: "PSY" }] } }),
    ).toBe("general");
  });

  it.each<[string, string, SegmentKind]>([
    [ICD_10, "F10", "substance-use"],
    [ICD_10, "F19.9", "substance-use"],
    [ICD_10, "F20.0", "mental-health"],
    [ICD_10, "F09", "mental-health"],
    [ICD_10, "f41.9", "mental-health"],
    ["http://hl7.org/fhir/sid/icd-10-cm", "A63.0", "sexual-reproductive"],
    [ICD_10, "A49.9", "general"],
    [ICD_10, "B20.1", "sexual-reproductive"],
    [ICD_10, "O80", "sexual-reproductive"],
    [ICD_10, "Z71.3", "general"],
    [ICD_10, "Z71.41", "substance-use"],
    [ICD_10, "Z7", "general"],
    [ICD_10, "Y07.0", "violence"],
    [ICD_10, "T74.1", "violence"],
    [ICD_10, "D57.1", "genetic"],
    [ICD_10, "N39.0", "general"],
    [ICD_10, "I10", "general"],
    ["http://hl7.org/fhir/sid/icd-9-cm", "F10", "general"],
    [SCT, "55680006", "substance-use"],
    [SCT, "169553002", "sexual-reproductive"],
    [SCT, "72892002", "sexual-reproductive"],
    [SCT, "26929004", "mental-health"],
    [SCT, "44054006", "general"],
    [SCT, "constructor", "general"],
    ["http://loinc.org", "28245-9", "violence"],
    ["http://loinc.org", "55277-8", "sexual-reproductive"],
    ["urn:oid:2.16.840.1.113883.6.1", "75626-2", "substance-use"],
    ["http://loinc.org", "72166-2", "general"],
    ["http://www.nlm.nih.gov/research/umls/rxnorm", "807283", "sexual-reproductive"],
  ])("%s|%s is %s", (system, code, kind) => {
    expect(segmentOf(coded([system, code]))).toBe(kind);
  });

  it("finds codes at any depth, also where recursion would end", () => {
    let value: unknown = { system: ICD_10, code: "F10" };
    for (let i = 0; i < 50_000; i++) value = [value];
    expect(segmentOf({ resourceType: "Basic", extension: value })).toBe("substance-use");
  });

  it("puts what the patient asserted into personal, unless it is sensitive", () => {
    const meta = {
      security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "PATAST" }],
    };
    expect(segmentOf({ ...coded([ICD_10, "I10"]), meta })).toBe("personal");
    expect(segmentOf({ ...coded([ICD_10, "B20"]), meta })).toBe("sexual-reproductive");
  });
});
