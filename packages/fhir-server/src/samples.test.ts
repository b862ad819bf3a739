import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { indexValues } from "./index/indexValues.ts";
import { validateResource } from "./validate/validateResource.ts";

const folder = process.env["ANAMNESIS_SAMPLES"];
if (folder === undefined) {
  console.warn(
    "SKIPPED: no real FHIR bundles were indexed. Set ANAMNESIS_SAMPLES to the folder that holds them.",
  );
}

interface Entry {
  readonly fullUrl: string;
  readonly resource: { readonly resourceType: string; readonly id: string };
}

/** A bundle's resources, their references to each other as a server keeps them: `Patient/1` for `urn:uuid:1`. */
function resourcesOf(text: string): readonly JsonObject[] {
  const { entry } = JSON.parse(text) as { readonly entry: readonly Entry[] };
  const stored = new Map(
    entry.map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${resource.id}`]),
  );
  const resolved = text.replace(
    /"reference":\s*"([^"]*)"/g,
    (_, url: string) => `"reference":"${stored.get(url) ?? url}"`,
  );
  return (
    parseJson(resolved) as unknown as { readonly entry: readonly { readonly resource: JsonObject }[] }
  ).entry.map(({ resource }) => resource);
}

describe.skipIf(folder === undefined)("the Synthea samples", () => {
  let resources: readonly JsonObject[] = [];

  beforeAll(() => {
    const samples = folder as string;
    resources = readdirSync(samples)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => resourcesOf(readFileSync(join(samples, name), "utf8")));
  });

  it("are all valid", () => {
    expect(resources).toHaveLength(4631);
    expect(resources.flatMap((resource) => validateResource(resource))).toEqual([]);
  });

  it("are all indexed, each by its id and, but for places and people, by its patient", () => {
    const without = new Set<unknown>();
    for (const resource of resources) {
      const { values, problems } = indexValues(resource);
      expect(problems).toEqual([]);
      expect(values.some(({ param }) => param === "_id")).toBe(true);
      const patient = values.find(({ param }) => param === "patient");
      if (patient === undefined) without.add(resource["resourceType"]);
      else expect(patient).toMatchObject({ kind: "reference", type: "Patient", url: null });
    }
    expect(without).toEqual(new Set(["Organization", "Patient", "Practitioner"]));
  });
});
