import { describe, expect, it } from "vitest";
import { codeSystemOf, subsumed } from "./codeSystem.ts";
import { R4_CODE_SYSTEMS, R4_TERMINOLOGY, R4_VALUE_SETS } from "./terminology.ts";
import { expand } from "./valueSet.ts";

const ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";

describe("R4's definitions", () => {
  it("have each system and value set that they name, and none else", () => {
    expect(R4_CODE_SYSTEMS.length).toBeGreaterThan(1000);
    expect(R4_VALUE_SETS.length).toBeGreaterThan(1000);
    for (const url of R4_CODE_SYSTEMS)
      expect([url, R4_TERMINOLOGY.codeSystem(url)?.codes.size]).not.toEqual([url, 0]);
    for (const url of R4_VALUE_SETS) expect([url, R4_TERMINOLOGY.codesOf(url)]).not.toEqual([url, null]);
    for (const url of ["http://snomed.info/sct", "http://loinc.org", "constructor", ""]) {
      expect([R4_TERMINOLOGY.codeSystem(url), R4_TERMINOLOGY.codesOf(url)]).toEqual([null, null]);
    }
  });

  it("say what a code subsumes, and what subsumes it", () => {
    const roles = R4_TERMINOLOGY.codeSystem(ROLES);
    if (roles === null) expect.unreachable();
    expect([...subsumed(roles, "GRMTH", "below")].toSorted()).toEqual(["GRMTH", "MGRMTH", "PGRMTH"]);
    expect(subsumed(roles, "MGRMTH", "above")).toContain("FAMMEMB");
    expect(subsumed(roles, "nothing", "below").size).toBe(0);
  });

  it("give value sets by hierarchy, without what these leave out", () => {
    const family = R4_TERMINOLOGY.codesOf("http://terminology.hl7.org/ValueSet/v3-FamilyMember")?.get(ROLES);
    expect(family?.has("GRMTH")).toBe(true);
    expect(family?.has("ASSIST")).toBe(false);
  });
});

describe("a value set", () => {
  const held = {
    codeSystem: (url: string) =>
      url === "s"
        ? codeSystemOf([
            ["a", [["b", ["c"]], "d"]],
            ["x", ["c"]],
          ])
        : null,
    codesOf: (url: string) => (url === "v" ? new Map([["s", new Set(["b", "x"])]]) : null),
  };
  it.each([
    [["s"], [], "a b c d x"],
    [[{ system: "s", filter: [["is-a", "b"]] }], [], "b c"],
    [[{ system: "s", filter: [["is-a", "x"]] }], [], "c x"],
    [
      [
        {
          system: "s",
          filter: [
            ["descendent-of", "a"],
            ["is-not-a", "b"],
          ],
        },
      ],
      [],
      "d",
    ],
    [["s"], [{ system: "s", filter: [["is-a", "b"]] }], "a d x"],
    [[{ system: "s", valueSets: ["v"] }], [], "b x"],
    [[{ valueSets: ["v"] }, { system: "s", codes: ["d"] }], [], "b d x"],
    [[{ system: "other", codes: ["o"] }], [], ""],
    [[{ system: "other" }], [], null],
    [["s"], ["other"], null],
    [[{ valueSets: ["w"] }], [], null],
    [[{ system: "s", filter: [["=", "a"]] }], [], null],
    [[{}], [], null],
  ] as const)("of %j without %j", (include, exclude, expected) => {
    const list = expand({ include, exclude }, held);
    expect(list === null ? null : [...(list.get("s") ?? [])].toSorted().join(" ")).toBe(expected);
  });
});
