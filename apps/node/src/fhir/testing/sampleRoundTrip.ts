import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { rewriteLinks } from "@anamnesis/fhir/bundle/references";
import type { JsonObject, JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeCanonicalJson } from "@anamnesis/fhir/json/writeJson";
import type { IndexValue } from "@anamnesis/fhir-server/index/indexValue";
import { indexValues } from "@anamnesis/fhir-server/index/indexValues";
import { withoutSegmentTag } from "@anamnesis/fhir-server/resource/segmentTag";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { BASE, TestFhir } from "./testFhir.ts";

const folder = process.env["ANAMNESIS_SAMPLES"];

/** Tests that bundles of real form go in as transactions, come back equal, and are found by every parameter that occurs. @param most bundles of patients, the shortest first. */
export function itTakesTheSamples(most: number): void {
  describe.skipIf(folder === undefined)("the sample bundles", () => {
    let fhir: TestFhir;
    beforeAll(async () => {
      fhir = new TestFhir(await openTestDatabase());
    }, 60_000);
    afterAll(closeTestDatabases);

    it("come back as they went in, and are found by what they say", async () => {
      const texts = readdirSync(folder ?? "")
        .filter((name) => name.endsWith(".json"))
        .map((name) => ({
          isShared: name.includes("Information"),
          text: readFileSync(join(folder ?? "", name), "utf8"),
        }))
        .toSorted((a, b) => Number(b.isShared) - Number(a.isShared) || a.text.length - b.text.length);
      const shared = texts.filter(({ isShared }) => isShared).length;
      const asked = new Set<string>();
      for (const { text } of texts.slice(0, shared + most)) await roundTrip(fhir, text, asked);
      // Codes, names, dates, quantities, references and composites of a dozen types.
      expect(asked.size).toBeGreaterThan(100);
    }, 600_000);
  });
}

async function roundTrip(fhir: TestFhir, text: string, asked: Set<string>): Promise<void> {
  const { status, json } = await fhir.post("", text);
  expect([status, json.issue]).toEqual([200, undefined]);
  const { entry } = parseJson(text) as unknown as {
    readonly entry: readonly { readonly fullUrl: string; readonly resource: JsonObject }[];
  };
  const locations = (json.entry ?? []).map(
    ({ response }) => response.location.replace(`${BASE}/`, "").split("/_history")[0] ?? "",
  );
  const names = new Map(entry.map(({ fullUrl }, i) => [fullUrl, locations[i] ?? ""]));
  for (const [i, { resource }] of entry.entries()) {
    const location = locations[i] ?? "";
    const kept = parseJson((await fhir.get(location)).body ?? "") as JsonObject;
    const linked = rewriteLinks(resource, (_kind, target) => names.get(target) ?? null) as JsonObject;
    expect(writeCanonicalJson(bare(withoutSegmentTag(kept)))).toBe(writeCanonicalJson(bare(linked)));
    await findByAll(fhir, location, kept, asked);
  }
}

/** Without what else the server gives: its id, version and time. */
function bare({ id: _, meta, ...rest }: JsonObject): JsonObject {
  const { versionId: _v, lastUpdated: _l, ...kept } = (meta ?? {}) as Record<string, JsonValue>;
  return Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept };
}

/** Once for each parameter of each type, by a value that the resource has. */
async function findByAll(
  fhir: TestFhir,
  location: string,
  resource: JsonObject,
  asked: Set<string>,
): Promise<void> {
  const [type = "", id = ""] = location.split("/");
  for (const value of indexValues(resource).values) {
    const key = `${type}.${value.param}`;
    const text = searched(value);
    if (asked.has(key) || text === null || value.param.includes("$") || value.param.startsWith("_")) continue;
    asked.add(key);
    const url = `${type}?${new URLSearchParams([
      [value.param, text],
      ["_id", id],
    ]).toString()}`;
    expect([url, await fhir.ids(url)]).toEqual([url, [id]]);
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\,|$]/g, "\\$&");

function searched(value: IndexValue): string | null {
  switch (value.kind) {
    case "token":
      return value.code === null
        ? null
        : `${value.system === null ? "" : escaped(value.system)}|${escaped(value.code)}`;
    case "string":
      return escaped(value.exact);
    case "date":
      return value.from === null ? null : `ge${new Date(value.from).toISOString()}`;
    case "number":
    case "quantity":
      return value.value;
    case "reference":
      return value.type === null || value.id === null ? null : `${value.type}/${value.id}`;
    case "uri":
      return escaped(value.value);
    case "position":
      return `${value.latitude}|${value.longitude}|1|m`;
  }
}
