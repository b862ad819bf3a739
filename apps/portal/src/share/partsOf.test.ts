import { describe, expect, it } from "vitest";
import { partsOf } from "./partsOf.ts";

describe("what a choice shares", () => {
  it("is nothing when nothing is chosen", () => {
    expect(partsOf(new Set(), false, new Set())).toEqual([]);
  });

  it("takes the patient's name along, whatever is chosen", () => {
    const [medicines] = partsOf(new Set(["medicines"]), false, new Set());
    expect(medicines?.kind).toBe("general");
    expect(medicines?.resourceTypes).toContain("Patient");
    expect(medicines?.resourceTypes).toContain("AllergyIntolerance");
    expect(medicines?.resourceTypes).not.toContain("Observation");
    expect(partsOf(new Set(), false, new Set(["genetic"]))).toEqual([
      { kind: "genetic", resourceTypes: ["*"] },
      { kind: "general", resourceTypes: ["Patient"] },
    ]);
  });

  it("leaves sensitive areas closed, also when everything else is shared", () => {
    expect(partsOf(new Set(["laboratory"]), true, new Set())).toEqual([
      { kind: "general", resourceTypes: ["*"] },
    ]);
  });
});
