import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryIdentities } from "./bundle/identities.ts";
import { parseBundle, type Bundle } from "./bundle/parseBundle.ts";
import { patientOf } from "./bundle/patientOf.ts";
import { resourcesOf, type ImportedResource } from "./bundle/resources.ts";
import { visitLinks } from "./bundle/references.ts";
import type { JsonValue } from "./json/jsonValue.ts";
import { parseJson } from "./json/parseJson.ts";
import { writeCanonicalJson } from "./json/writeJson.ts";
import { encountersOf } from "./labelling/encountersOf.ts";
import { kindsInContext } from "./labelling/kindsInContext.ts";
import { segmentOf } from "./labelling/segmentOf.ts";

const folder = process.env["ANAMNESIS_SAMPLES"];
if (folder === undefined) {
  console.warn(
    "SKIPPED: no real FHIR bundles were read. Set ANAMNESIS_SAMPLES to the folder that holds them.",
  );
}

const SYSTEM = "http://example.org/samples";

function importAll(bundles: readonly Bundle[]): readonly ImportedResource[] {
  const identities = memoryIdentities();
  return bundles.flatMap((bundle) => resourcesOf(bundle, { system: SYSTEM, identities }));
}

/** The same value with all names in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}

describe.skipIf(folder === undefined)("the Synthea samples", () => {
  let texts: readonly string[] = [];
  let bundles: readonly Bundle[] = [];
  let records: readonly ImportedResource[] = [];

  beforeAll(() => {
    const samples = folder as string;
    texts = readdirSync(samples)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => readFileSync(join(samples, name), "utf8"));
    bundles = texts.map((text) => parseBundle(text));
    records = importAll(bundles);
  });

  it("parse: 22 bundles, 20 patients, 4,631 resources", () => {
    expect(bundles).toHaveLength(22);
    expect(bundles.filter((bundle) => patientOf(bundle) !== null)).toHaveLength(20);
    expect(records).toHaveLength(4631);
  });

  it("have references that all lead to a record or a contained resource", () => {
    const known = new Set(records.map(({ resourceType, id }) => `${resourceType}/${id}`));
    const dangling: string[] = [];
    for (const { resource } of records) {
      visitLinks(resource, "resource", ({ kind, target, path }) => {
        if (kind === "reference" && !target.startsWith("#") && !known.has(target)) dangling.push(path);
      });
    }
    expect(dangling).toEqual([]);
  });

  it("are sealed as they came, but for references", () => {
    let at = 0;
    for (const text of texts) {
      const root = parseJson(text) as { readonly entry: readonly { readonly resource: JsonValue }[] };
      for (const { resource } of root.entry) {
        const sealed = new TextDecoder().decode((records[at++] as ImportedResource).json());
        const masked = (value: JsonValue): string =>
          writeCanonicalJson(value).replace(/"reference":"[^"#]*"/g, '"reference":""');
        expect(masked(parseJson(sealed)) === masked(resource)).toBe(true);
      }
    }
  });

  it("give the same ids and version keys again, also with names in another order", () => {
    const keys = (list: readonly ImportedResource[]): string[] =>
      list.map(({ sourceKey, versionKey }) => `${sourceKey} ${versionKey}`);
    expect(keys(importAll(bundles))).toEqual(keys(records));
    const shuffled = texts.map((text) => parseBundle(JSON.stringify(reversed(JSON.parse(text)))));
    expect(keys(importAll(shuffled))).toEqual(keys(records));
  });

  it("hold each organisation and practitioner under one id", () => {
    const places = records.filter(
      ({ resourceType }) => resourceType === "Organization" || resourceType === "Practitioner",
    );
    expect(places).toHaveLength(274);
    expect(new Set(places.map(({ sourceKey }) => sourceKey)).size).toBe(204);
  });

  it("fall into segments", () => {
    const found: Record<string, number> = {};
    for (const { resource } of records) found[segmentOf(resource)] = (found[segmentOf(resource)] ?? 0) + 1;
    expect(found).toEqual({
      general: 4205,
      "mental-health": 35,
      "sexual-reproductive": 369,
      "substance-use": 20,
      violence: 2,
    });
  });

  it("take over the strictest kind of their Encounter", () => {
    const kinds = kindsInContext(
      records.map(({ resource, id }) => ({
        kind: segmentOf(resource),
        encounters: encountersOf(resource, id),
      })),
    );
    const found: Record<string, number> = {};
    for (const kind of kinds) found[kind] = (found[kind] ?? 0) + 1;
    expect(found).toEqual({
      general: 3938,
      "mental-health": 125,
      "sexual-reproductive": 505,
      "substance-use": 43,
      violence: 20,
    });
  });

  it("tell their patient and clinical period wherever the type has one", () => {
    const none = (test: (record: ImportedResource) => boolean): string[] =>
      [...new Set(records.filter(test).map(({ resourceType }) => resourceType))].sort();
    expect(none(({ patient }) => patient === null)).toEqual(["Organization", "Practitioner"]);
    expect(none(({ attributes }) => attributes.from === null)).toEqual([
      "Goal",
      "Organization",
      "Patient",
      "Practitioner",
    ]);
  });
});
