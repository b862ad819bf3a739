import { describe, expect, it } from "vitest";
import { compileExpression } from "../index/compileExpression.ts";
import { compartmentParameters, compartmentTypes } from "./compartments.ts";
import { expressionsFor } from "./expressionsFor.ts";
import { isResourceType, lineage, RESOURCE_TYPES } from "./resourceTypes.ts";
import { searchParameter, searchParametersOf } from "./searchParameters.ts";
import { datatypeDefinitions, resourceDefinition } from "./structureDefinitions.ts";
import { R4_TERMINOLOGY } from "../terminology/terminology.ts";

describe("resource types", () => {
  it("are R4's 146", () => {
    expect(RESOURCE_TYPES).toHaveLength(146);
    expect(isResourceType("Patient")).toBe(true);
  });

  it.each([
    "Resource",
    "DomainResource",
    "SubscriptionStatus",
    "MetadataResource",
    "Bot",
    "Project",
    "constructor",
    "patient",
    "",
  ])("%s is none", (name) => {
    expect(isResourceType(name)).toBe(false);
    expect(searchParametersOf(name)).toEqual([]);
    expect(resourceDefinition(name === "Resource" || name === "DomainResource" ? "" : name)).toBeNull();
  });
});

describe("search parameters", () => {
  it("of a type are its own and those of what it extends", () => {
    expect(searchParameter("Patient", "birthdate")).toMatchObject({
      url: "http://hl7.org/fhir/SearchParameter/individual-birthdate",
      type: "date",
      targets: [],
      components: [],
    });
    expect(searchParameter("Patient", "_id")?.type).toBe("token");
    expect(searchParameter("Patient", "_text")).toMatchObject({ expression: null });
    expect(searchParameter("Bundle", "_text")).toBeNull();
    expect(searchParameter("Bundle", "_lastUpdated")?.type).toBe("date");
    expect(searchParameter("Patient", "constructor")).toBeNull();
    expect(searchParameter("Observation", "subject")?.targets).toEqual([
      "Group",
      "Device",
      "Patient",
      "Location",
    ]);
  });

  it("of a composite have components with codes and types of their own", () => {
    const components = searchParameter("Observation", "component-code-value-quantity")?.components;
    expect(components?.map(({ code, type, expression }) => [code, type, expression])).toEqual([
      ["component-code-value-quantity$1", "token", "code"],
      ["component-code-value-quantity$2", "quantity", "value.ofType(Quantity)"],
    ]);
  });

  it("have as many components as a composite names, and every expression compiles for every type", () => {
    let parts = 0;
    for (const type of RESOURCE_TYPES) {
      for (const parameter of searchParametersOf(type)) {
        expect(parameter.components.length >= 2).toBe(parameter.type === "composite");
        for (const part of expressionsFor(parameter, type)) {
          compileExpression(part, null);
          parts++;
        }
      }
    }
    expect(parts).toBeGreaterThan(2000);
  });

  it("are cut to the type that is asked for", () => {
    const code = searchParameter("Condition", "code");
    expect(code?.expression).toContain("AllergyIntolerance.code");
    expect(code === null ? [] : expressionsFor(code, "Condition")).toEqual(["Condition.code"]);
  });
});

describe("compartments", () => {
  it("name the parameters that lead to the owner", () => {
    expect(compartmentParameters("Patient", "Observation")).toEqual(["subject", "performer"]);
    expect(compartmentParameters("Patient", "Patient")).toEqual(["link"]);
    expect(compartmentParameters("Patient", "Organization")).toEqual([]);
    expect(compartmentParameters("Encounter", "Encounter")).toEqual([]);
    expect(compartmentParameters("constructor", "Patient")).toEqual([]);
    expect(compartmentParameters("Patient", "constructor")).toEqual([]);
  });

  it.each(["Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"])(
    "have for %s only reference parameters that the types have",
    (compartment) => {
      expect(compartmentTypes(compartment).length).toBeGreaterThan(5);
      for (const type of compartmentTypes(compartment)) {
        for (const code of compartmentParameters(compartment, type)) {
          expect([compartment, type, code, searchParameter(type, code)?.type]).toEqual([
            compartment,
            type,
            code,
            "reference",
          ]);
        }
      }
    },
  );
});

describe("structures", () => {
  const paths = (type: string): readonly string[] =>
    (
      resourceDefinition(type) ?? datatypeDefinitions().find(({ name }) => name === type)
    )?.snapshot.element.map(({ path }) => path) ?? [];

  it.each([
    ["Meta", "Meta.project"],
    ["Meta", "Meta.compartment"],
    ["Binary", "Binary.url"],
    ["DeviceDefinition", "DeviceDefinition.classification"],
    ["ResearchStudy", "ResearchStudy.recruitment"],
    ["EvidenceVariable", "EvidenceVariable.characteristic.definitionByCombination.code"],
  ])("of %s are without %s, which R4 has not", (type, path) => {
    expect(paths(type).length).toBeGreaterThan(5);
    expect(paths(type)).not.toContain(path);
  });

  it("of EvidenceVariable have what R4 has", () => {
    expect(paths("EvidenceVariable")).toEqual(
      expect.arrayContaining([
        "EvidenceVariable.characteristic.definition[x]",
        "EvidenceVariable.characteristic.participantEffective[x]",
        "EvidenceVariable.characteristic.groupMeasure",
      ]),
    );
  });

  it("lead with their references to types of R4", () => {
    const targets = RESOURCE_TYPES.flatMap((type) =>
      [...JSON.stringify(resourceDefinition(type)).matchAll(/StructureDefinition\/([A-Za-z]+)"/g)].map(
        (found) => found[1],
      ),
    );
    const known = new Set([...RESOURCE_TYPES, ...datatypeDefinitions().map(({ name }) => name)]);
    expect(targets.length).toBeGreaterThan(1000);
    expect(targets.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  });

  it.each([
    ["ResearchStudy", "ResearchStudy.site", ["Location"]],
    ["EvidenceVariable", "EvidenceVariable.characteristic.definition[x]", ["Group"]],
    ["MedicationRequest", "MedicationRequest.medication[x]", ["Medication"]],
  ])("of %s lead from %s to R4's targets", (type, path, targets) => {
    const element = resourceDefinition(type)?.snapshot.element.find((one) => one.path === path);
    const { type: types } = element as unknown as {
      readonly type: readonly { readonly code: string; readonly targetProfile?: readonly string[] }[];
    };
    const found = types.find(({ code }) => code === "Reference")?.targetProfile;
    expect(found).toEqual(targets.map((name) => `http://hl7.org/fhir/StructureDefinition/${name}`));
  });

  it("extend Resource", () => {
    expect(lineage("Binary")).toEqual(["Binary", "Resource"]);
    expect(lineage("Patient")).toEqual(["Patient", "DomainResource", "Resource"]);
  });
});

describe("value sets", () => {
  it("have their codes by system, the deeper ones too", () => {
    const gender = R4_TERMINOLOGY.codesOf("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1");
    expect([...(gender?.get("http://hl7.org/fhir/administrative-gender") ?? [])]).toEqual([
      "male",
      "female",
      "other",
      "unknown",
    ]);
    const issues = R4_TERMINOLOGY.codesOf("http://hl7.org/fhir/ValueSet/issue-type");
    expect(issues?.get("http://hl7.org/fhir/issue-type")?.has("code-invalid")).toBe(true);
  });

  it("are unknown where they cannot be written out", () => {
    expect(R4_TERMINOLOGY.codesOf("http://hl7.org/fhir/ValueSet/mimetypes|4.0.1")).toBeNull();
    expect(R4_TERMINOLOGY.codesOf("constructor")).toBeNull();
  });
});
