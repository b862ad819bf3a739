import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { describe, expect, it } from "vitest";
import { meaningEn } from "../words/meaning.en.ts";
import type { Entry } from "./entry.ts";
import type { OpenedRecord } from "./openedRecord.ts";
import { ENGLISH } from "./testing/locale.ts";
import { titleFault } from "./testing/titleFault.ts";
import { timelineOf } from "./timelineOf.ts";
import { trendsOf } from "./trendsOf.ts";

const folder = process.env["ANAMNESIS_SAMPLES"];
if (folder === undefined) {
  console.warn(
    "SKIPPED: no real FHIR bundles were put into words. Set ANAMNESIS_SAMPLES to the folder that holds them.",
  );
}

/** As a browser parses what it opened, and as the importer keeps it: both are read alike. */
function read(name: string, exact: boolean): readonly OpenedRecord[] {
  const text = readFileSync(join(folder as string, name), "utf8");
  if (!exact) {
    const bundle = JSON.parse(text) as {
      readonly entry: readonly { readonly resource: OpenedRecord["resource"] }[];
    };
    return bundle.entry.map(({ resource }) => ({ resource }));
  }
  const imported = resourcesOf(parseBundle(text), {
    system: "http://example.org",
    identities: memoryIdentities(),
  });
  return imported.map(({ resource }) => ({ resource: resource as OpenedRecord["resource"] }));
}

describe.skipIf(folder === undefined)("the Synthea samples", () => {
  const names =
    folder === undefined
      ? []
      : readdirSync(folder)
          .filter((name) => name.endsWith(".json"))
          .toSorted();
  const charts = new Map<string, readonly Entry[]>();
  for (const name of names) charts.set(name, timelineOf(read(name, true), meaningEn, ENGLISH));

  it("read alike, however their numbers were parsed", () => {
    const [name = ""] = names;
    const titles = timelineOf(read(name, false), meaningEn, ENGLISH).map(({ title, sentence }) => [
      title,
      sentence,
    ]);
    expect(titles.length).toBeGreaterThan(10);
    expect(titles).toEqual(charts.get(name)?.map(({ title, sentence }) => [title, sentence]));
  });

  it("have no title that is a resource type, a code, an id, empty or unknown", () => {
    const entries = [...charts.values()].flat();
    expect(entries.length).toBeGreaterThan(500);
    expect(entries.map(titleFault).filter((fault) => fault !== null)).toEqual([]);
    expect(entries.filter(({ title }) => title === meaningEn.titles.entry)).toEqual([]);
  });

  it("have a date, a place and a readable value wherever their source gives one", () => {
    const entries = [...charts.values()].flat();
    expect(entries.filter(({ when, title }) => when === null && title !== meaningEn.titles.goal)).toEqual([]);
    const visits = entries.filter(({ id }) => id.startsWith("visit:"));
    expect(visits.filter(({ where }) => where === null)).toEqual([]);
    const values = entries.flatMap((entry) => entry.values);
    expect(values.length).toBeGreaterThan(1500);
    expect(
      values.filter(({ name, absent }) => name === meaningEn.titles.measurement || absent !== null),
    ).toEqual([]);
    expect(
      values.filter(({ unit, text }) => unit !== null && text.endsWith(unit.short) && unit.short !== "in"),
    ).toEqual([]);
  });

  it("show people and places without a chart no entry", () => {
    expect(names.filter((name) => name.includes("Information")).map((name) => charts.get(name))).toEqual([
      [],
      [],
    ]);
  });

  it("are put into words fast enough to wait for: 5,000 resources", () => {
    const all = names.flatMap((name) => read(name, false));
    const more = all
      .slice(0, 5000 - all.length)
      .map(({ resource }, i) => ({ resource: { ...resource, id: `again-${i}` } }));
    const runs = Array.from({ length: 5 }, () => {
      const records = [...all, ...more];
      const before = process.cpuUsage();
      timelineOf(records, meaningEn, ENGLISH);
      const used = process.cpuUsage(before);
      expect(records).toHaveLength(5000);
      return (used.user + used.system) / 1000;
    });
    console.log(`5,000 resources: ${runs.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    // Processor time, not the clock's: others compute on the same machine. Ten times what it takes.
    expect(Math.min(...runs)).toBeLessThan(3000);
    trendsOf(all, meaningEn, ENGLISH);
  });
});
