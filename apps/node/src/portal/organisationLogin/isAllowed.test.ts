import { describe, expect, it } from "vitest";
import { isAllowed } from "./isAllowed.ts";

const CLAIMS = {
  sub: "ida",
  groups: ["wards", "anamnesis"],
  role: "anamnesis",
  realm_access: { roles: ["anamnesis"] },
  "https://hospital.example/roles": ["anamnesis"],
  many: [["anamnesis"], { name: "anamnesis" }, true],
};

describe("whether a claim lets somebody in", () => {
  it.each<[claim: readonly string[], values: readonly string[], isIn: boolean]>([
    [["groups"], ["anamnesis"], true],
    [["groups"], ["others", "wards"], true],
    [["groups"], ["Anamnesis"], false],
    [["role"], ["anamnesis"], true],
    [["realm_access", "roles"], ["anamnesis"], true],
    [["https://hospital.example/roles"], ["anamnesis"], true],
    [["realm_access"], ["anamnesis"], false],
    [["realm_access", "groups"], ["anamnesis"], false],
    [["groups", "length"], ["2"], false],
    [["many"], ["anamnesis", "true"], false],
    [["constructor", "name"], ["Object"], false],
    [["missing"], ["undefined"], false],
  ])("%j with one of %j: %s", (claim, values, isIn) => {
    expect(isAllowed(CLAIMS, { claim, values })).toBe(isIn);
  });

  it("is not asked where nothing is set", () => {
    expect(isAllowed({}, null)).toBe(true);
  });
});
