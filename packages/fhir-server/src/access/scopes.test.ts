import { describe, expect, it } from "vitest";
import { isWithin, limitAccess, parseScope, requireScope } from "./scopes.ts";

const OWNER = { readOwn: [], readReceived: [], write: [] };

describe("a scope of SMART 2", () => {
  it.each([
    ["system/*.cruds", "system", "*", "cruds"],
    ["user/Observation.rs", "user", "Observation", "rs"],
    ["patient/Patient.r", "patient", "Patient", "r"],
    ["system/Encounter.cud", "system", "Encounter", "cud"],
  ])("%s is read", (text, level, type, letters) => {
    expect(parseScope(text)).toEqual({ level, type, letters: letters.split(""), filters: [], query: [] });
  });

  it("has search parameters of its type", () => {
    const { filters, query } = parseScope(
      "system/Observation.rs?status=final&category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
    );
    expect(filters.map(({ type }) => type)).toEqual(["value", "value"]);
    expect(query.map(([name]) => name)).toEqual(["category", "status"]);
  });

  it.each([
    "",
    "openid",
    "system/Observation",
    "system/Observation.",
    "system/Observation.sr",
    "system/Observation.rr",
    "system/Observation.x",
    "system/observation.r",
    "system/Unknown.r",
    "system/Observation.rs ",
    "admin/Observation.rs",
    "system/Observation.read",
    "system/*.write",
    "user/Observation.*",
    "system/*.rs?_id=1",
    "system/Observation.rs?",
    "system/Observation.rs?nothing=1",
    "system/Observation.rs?category=",
    "system/Observation.rs?date=tomorrow",
    "system/Observation.rs?subject.name=x",
    "system/Observation.rs?_has:Provenance:target:_id=1",
    "system/Observation.rs?_content=bone",
    "system/Observation.rs?_list=1",
    "system/Observation.rs?code:in=http://example.org/unknown",
    "system/Observation.rs?_include=Observation:subject",
    "system/Observation.rs?_count=1",
    "system/Observation.rs?_format=json",
    `system/Observation.rs?code=${"x".repeat(500)}`,
  ])("%s is refused", (text) => {
    expect(() => parseScope(text)).toThrow(expect.objectContaining({ code: "fhir-bad-scope" }));
  });
});

describe("one scope in others", () => {
  it.each([
    ["system/Observation.rs", ["system/Observation.rs"], true],
    ["system/Observation.r", ["system/*.cruds"], true],
    ["system/Observation.rs", ["system/Observation.r", "system/*.s"], true],
    ["system/Observation.rs?category=laboratory", ["system/Observation.rs"], true],
    [
      "system/Observation.rs?category=laboratory&status=final",
      ["system/Observation.rs?category=laboratory"],
      true,
    ],
    ["system/Observation.rs", ["system/Observation.rs?category=laboratory"], false],
    ["system/Observation.rs?category=a,b", ["system/Observation.rs?category=a"], false],
    ["system/*.r", ["system/Observation.r"], false],
    ["user/Observation.r", ["system/Observation.r"], false],
    ["system/Observation.cr", ["system/Observation.r"], false],
    ["system/Observation.r", [], false],
  ])("%s in %j: %s", (asked, given, expected) => {
    expect(isWithin(parseScope(asked), given.map(parseScope))).toBe(expected);
  });
});

describe("the type of an interaction", () => {
  it("is in a scope, or refused", () => {
    const access = limitAccess(OWNER, [parseScope("system/Observation.rs"), parseScope("patient/*.cruds")]);
    expect(() => requireScope(access, "r", "Observation")).not.toThrow();
    expect(() => requireScope(access, "s", null)).not.toThrow();
    for (const [letter, type] of [
      ["u", "Observation"],
      ["r", "Patient"],
      ["c", null],
    ] as const) {
      expect(() => requireScope(access, letter, type)).toThrow(
        expect.objectContaining({ code: "fhir-forbidden" }),
      );
    }
  });

  it("is not asked of who has no token", () => {
    expect(() => requireScope(OWNER, "d", "Patient")).not.toThrow();
  });
});
