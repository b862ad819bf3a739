import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { parseBundle } from "@anamnesis/fhir/bundle/parseBundle";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { validateResource } from "@anamnesis/fhir-server/validate/validateResource";
import { describe, expect, it } from "vitest";
import { type Element, elementsOf, isElement, textOf } from "../meaning/readElement.ts";
import { testItem } from "../testing/testItem.ts";
import { en } from "../words/en.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { bundleOf } from "./bundleOf.ts";
import { missingOf } from "./missingOf.ts";

const TIME = "2026-11-23T12:00:00.000Z";
const WHOLE = { missing: [], time: TIME };

let count = 0;
function item(resource: Element | null, change: Partial<OpenedItem> = {}): OpenedItem {
  const record = `0x${(++count).toString(16).padStart(32, "0")}${"0".repeat(32)}`;
  return testItem({ record, resource, ...change });
}

/** As another program reads it, from the file's text. */
function read(bundle: Element) {
  const text = JSON.stringify(bundle);
  const entries = (JSON.parse(text) as { readonly entry: readonly Element[] }).entry;
  return {
    issues: validateResource(parseJson(text) as JsonObject),
    entries,
    byUrl: new Map(entries.map((entry) => [textOf(entry, "fullUrl"), entry["resource"] as Element])),
  };
}

/** Every Reference within, but those to what it contains. */
function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isElement(value)) return [];
  const own = typeof value["reference"] === "string" ? [value["reference"]] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)].filter((one) => !one.startsWith("#"));
}

const observation = (subject: object, id = "o"): Element => ({
  resourceType: "Observation",
  id,
  status: "final",
  code: { text: "Weight" },
  subject,
});
const patient = (family: string, id = "1"): Element => ({
  resourceType: "Patient",
  id,
  name: [{ family }],
  identifier: [{ system: "urn:x", value: family }],
});

/** Family name of the Patient that the observations of a bundle are about, in their order. */
function subjectsIn(items: readonly OpenedItem[]): readonly (string | null)[] {
  const { entries, byUrl, issues } = read(bundleOf({ items, ...WHOLE }));
  expect(issues).toEqual([]);
  return entries.flatMap(({ resource }) => {
    if (textOf(resource, "resourceType") !== "Observation") return [];
    const [target] = referencesIn(resource);
    return textOf(elementsOf(byUrl.get(target ?? ""), "name")[0], "family");
  });
}

describe("a Bundle of everything", () => {
  it("keeps the same id of two organisations apart, however it is written", () => {
    const about = (reference: string): Element =>
      observation({ reference }, reference.replace(/[^A-Za-z0-9]/g, "-"));
    const forms = ["Patient/1", "Patient/1/_history/3", "https://a.example/fhir/Patient/1", "urn:uuid:1"];
    const of = (organisation: string): readonly OpenedItem[] => [
      ...forms.map((form) => item(about(form), { organisation })),
      item(patient(organisation), { organisation }),
    ];
    expect(subjectsIn([...of("north"), ...of("south")])).toEqual([
      ...forms.map(() => "north"),
      ...forms.map(() => "south"),
    ]);
  });

  it("leads to what another wrote only by the record that is named", () => {
    const north = item(patient("north"), { organisation: "north" });
    const identifier = { system: "urn:anamnesis:record", value: north.record };
    const subjects = [{ reference: "Patient/1" }, { reference: "Patient/1", identifier }, { identifier }];
    const items = subjects.map((subject, i) =>
      item(observation(subject, `o${i}`), { organisation: "west", byOwner: i === 2 }),
    );
    expect(subjectsIn([north, ...items])).toEqual([null, "north", "north"]);
    const { entries } = read(bundleOf({ items, ...WHOLE }));
    // Nothing in the file leads there: it stays as it was.
    expect(entries.map(({ resource }) => referencesIn(resource))).toEqual([["Patient/1"], ["Patient/1"], []]);
  });

  it("says which record an entry is, and which version took its place; others lead to the one that stands", () => {
    const before = item(patient("old"));
    const now = item(patient("new"), { amends: before.record });
    const { entries, byUrl, issues } = read(
      bundleOf({ items: [now, item(observation({ reference: "Patient/1" })), before], ...WHOLE }),
    );
    expect(issues).toEqual([]);
    expect(subjectsIn([now, item(observation({ reference: "Patient/1" })), before])).toEqual(["new"]);
    const links = entries.map((entry) =>
      elementsOf(entry, "link").map((link) => [textOf(link, "relation"), textOf(link, "url")]),
    );
    expect(links[0]).toEqual([["via", `urn:anamnesis:record:${now.record}`]]);
    expect(links[2]?.[1]).toEqual(["latest-version", textOf(entries[0], "fullUrl")]);
    expect(byUrl.size).toBe(3);
    expect(elementsOf(byUrl.get(textOf(entries[0], "fullUrl")), "identifier")).toEqual([
      { system: "urn:x", value: "new" },
    ]);
  });

  it("leads to a file that is a record of its own, to what is contained, and keeps what is no FHIR", () => {
    const file = item({ resourceType: "Binary", id: "f", contentType: "text/plain", data: "aGk=" });
    const document = item({
      resourceType: "DocumentReference",
      id: "d",
      status: "current",
      contained: [{ resourceType: "Practitioner", id: "p" }],
      author: [{ reference: "#p" }],
      extension: [{ url: "https://a.example/Binary/f", valueBoolean: true }],
      content: [{ attachment: { url: "Binary/f" } }],
    });
    const other = item(null, { bytes: new Uint8Array([104, 105]), mediaType: "text/csv" });
    const empty = item(null, { bytes: new Uint8Array(0), mediaType: "text/csv" });
    const nameless = item({ hello: 1 });
    const { entries, issues } = read(bundleOf({ items: [file, document, other, empty, nameless], ...WHOLE }));
    expect(issues).toEqual([]);
    expect(entries.slice(1).map(({ resource }) => resource)).toMatchObject([
      {
        author: [{ reference: "#p" }],
        extension: [{ url: "https://a.example/Binary/f" }],
        content: [{ attachment: { url: textOf(entries[0], "fullUrl") } }],
      },
      { resourceType: "Binary", contentType: "text/csv", data: "aGk=" },
      { resourceType: "Binary", contentType: "text/csv" },
      { resourceType: "Binary", contentType: "application/fhir+json", data: btoa('{"hello":1}') },
    ]);
  });

  it("says in the file what is missing, and nothing where nothing is", () => {
    const items = [item(patient("north"))];
    const gaps = [{ kind: "general", code: "homes-unreachable", silent: ["Hospital Southgate"] }] as const;
    const missing = missingOf({ gaps, refused: 2, late: ["0x1"] }, en);
    const { entries, issues } = read(bundleOf({ items, missing, time: TIME }));
    expect(issues).toEqual([]);
    expect(entries).toHaveLength(2);
    expect(
      elementsOf(entries[0]?.["resource"], "issue").map(({ code, details }) => [
        code,
        textOf(details, "text"),
      ]),
    ).toEqual(
      [
        "Part of your records could not be opened.",
        "Hospital Southgate does not answer.",
        "2 records did not open.",
        "1 record is still on its way to the ledger.",
      ].map((text) => ["incomplete", text]),
    );
    expect(JSON.stringify(bundleOf({ items, missing, time: TIME }))).toContain("SUBSETTED");
    const whole = bundleOf({ items, missing: missingOf({ gaps: [], refused: 0, late: [] }, en), time: TIME });
    expect(JSON.stringify(whole)).not.toMatch(/SUBSETTED|OperationOutcome/);
  });

  it("resolves every reference of generated records of two organisations that have the same ids", () => {
    const text = generatePatientBundle({ seed: "export", encounters: 5, birthDate: "1950-01-01" });
    expectWhole(["north", "south"].flatMap((organisation) => itemsOf(text, organisation)));
  });

  const samples = process.env["ANAMNESIS_SAMPLES"];
  it.skipIf(samples === undefined)("resolves every reference of a Synthea record", () => {
    const [name = ""] = readdirSync(samples ?? "").filter((one) => one.endsWith(".json"));
    expectWhole(itemsOf(readFileSync(join(samples ?? "", name), "utf8"), "north"));
  });
});

/** As they are kept once they were imported. */
function itemsOf(text: string, organisation: string): readonly OpenedItem[] {
  const options = { system: "http://example.org", identities: memoryIdentities() };
  return resourcesOf(parseBundle(text), options).map(({ json }) =>
    item(JSON.parse(new TextDecoder().decode(json())) as Element, { organisation }),
  );
}

function expectWhole(items: readonly OpenedItem[]): void {
  const names = new Set(
    items.map(({ resource }) => `${textOf(resource, "resourceType")}/${textOf(resource, "id")}`),
  );
  const organisations = new Map(items.map((one) => [`urn:anamnesis:record:${one.record}`, one.organisation]));
  const { entries, issues } = read(bundleOf({ items, ...WHOLE }));
  // What the source wrote is as good as the source; of a large one the validator reads no more than 20,000 values.
  expect(issues.filter(({ code }) => code !== "too-long")).toEqual([]);
  const from = (entry: Element): string | undefined =>
    organisations.get(textOf(elementsOf(entry, "link")[0], "url") ?? "");
  const byUrl = new Map(entries.map((entry) => [textOf(entry, "fullUrl"), entry]));
  expect(byUrl.size).toBe(items.length);
  let followed = 0;
  for (const entry of entries) {
    for (const reference of referencesIn(entry["resource"])) {
      const target = byUrl.get(reference);
      if (target === undefined) expect(names).not.toContain(reference);
      else expect(from(target)).toBe(from(entry));
      if (target !== undefined) followed++;
    }
  }
  expect(followed).toBeGreaterThan(items.length);
}
