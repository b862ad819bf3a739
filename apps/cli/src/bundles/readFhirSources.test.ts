import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryIdentities } from "@anamnesis/fhir/bundle/identities";
import { resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFhirSources } from "./readFhirSources.ts";

const TOKEN = "a token for the source";
const PATIENT = '{"resourceType":"Patient","id":"p1"}';
const value = (id: string, text: string): string =>
  `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"t"},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":${text}}}`;

let folder = "";
let server: Server;
let base = "";
/** Requests that came without the token. */
let open = 0;
let read = 0;

/** What the source answers: a body, or a status alone. */
const answers: Record<string, string | number> = {};
const page = (entries: readonly string[], next: string | null): string =>
  `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":"x"}${next === null ? "" : `,{"relation":"next","url":"${next}"}`}],"entry":[${entries.join(",")}]}`;
const entry = (resource: string, fullUrl = ""): string =>
  `{${fullUrl === "" ? "" : `"fullUrl":"${fullUrl}",`}"resource":${resource}}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fhir-sources-"));
  server = createServer((request: IncomingMessage, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) open++;
    const found = answers[request.url ?? ""] ?? 404;
    response.writeHead(typeof found === "number" ? found : 200).end(typeof found === "number" ? "" : found);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  const interaction = [{ code: "search-type" }];
  Object.assign(answers, {
    "/fhir/metadata": JSON.stringify({
      resourceType: "CapabilityStatement",
      rest: [
        {
          resource: [
            { type: "Patient", interaction },
            { type: "Observation", interaction },
            { type: "Flag", interaction },
            { type: "Basic", interaction: [{ code: "read" }] },
          ],
        },
      ],
    }),
    "/fhir/Patient?_count=200": page([entry(PATIENT, `${base}/Patient/p1`)], null),
    "/fhir/Observation?_count=200": page(
      [entry(value("o1", "71.00")), entry('{"resourceType":"OperationOutcome","issue":[]}')],
      `${base}/Observation?page=2`,
    ),
    "/fhir/Observation?page=2": page(
      [entry(value("o2", "7.10").replace('"Patient/p1"', `"${base}/Patient/p1"`))],
      null,
    ),
    "/fhir/Flag?_count=200": 403,
    "/lines": `${PATIENT}\n${value("o1", "1.0")}\n\n`,
    "/empty": page([], null),
    "/circle": page([entry(PATIENT)], "/circle"),
    "/elsewhere": page([entry(PATIENT)], "http://127.0.0.1:1/next"),
    "/broken": page([entry(PATIENT)], "/gone"),
    "/gone": 503,
    "/text": "no FHIR",
    "/text/metadata": "no FHIR either",
  });
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const from = (...inputs: readonly string[]) =>
  readFhirSources(inputs, {
    fetch: globalThis.fetch,
    token: TOKEN,
    onRead: (count) => {
      read = count;
    },
  });
const at = (path: string): string => new URL(path, base).href;

async function jsonFrom(...inputs: readonly string[]): Promise<readonly string[]> {
  const options = { system: "urn:source", identities: memoryIdentities() };
  const bundles = await from(...inputs);
  return bundles
    .flatMap((bundle) => resourcesOf(bundle, options))
    .map((one) => new TextDecoder().decode(one.json()));
}

describe("readFhirSources", () => {
  it("reads Bundles, single resources and NDJSON from files and folders, numbers as they stand", async () => {
    await writeFile(join(folder, "a.json"), page([entry(PATIENT)], null));
    await writeFile(join(folder, "b.ndjson"), `${value("o1", "71.00")}\n${value("o2", "7.10")}\n`);
    await writeFile(join(folder, "c.json"), value("o3", "1E2"));
    await writeFile(join(folder, "d.txt"), "not read");
    const all = [PATIENT, value("o1", "71.00"), value("o2", "7.10"), value("o3", "1E2")];
    expect(await jsonFrom(folder)).toEqual(all);
    expect(read).toBe(3);
    expect(await jsonFrom(join(folder, "c.json"), join(folder, "a.json"))).toEqual([all[3], PATIENT]);
  });

  it("reads a FHIR server type by type and page by page, what it may, with its token", async () => {
    const all = [PATIENT, value("o1", "71.00"), value("o2", "7.10")];
    expect(await jsonFrom(base)).toEqual(all);
    expect(read).toBe(3);
    expect(await jsonFrom(`${base}/metadata`)).toEqual(all);
    expect(await jsonFrom(`${base}/Observation?_count=200`)).toEqual([
      all[1],
      all[2]?.replace('"Patient/p1"', `"${base}/Patient/p1"`),
    ]);
    expect(await jsonFrom(at("/lines"))).toEqual([PATIENT, value("o1", "1.0")]);
    expect(open).toBe(0);
  });

  it("says what it does not take", async () => {
    expect(await codeOf(from(join(folder, "nowhere")))).toBe("missing-file");
    expect(await codeOf(from(at("/empty")))).toBe("no-bundles");
    expect(await codeOf(from(at("/circle")))).toBe("bad-source");
    expect(await codeOf(from(at("/elsewhere")))).toBe("bad-source");
    expect(await codeOf(from(at("/broken")))).toBe("source-refused");
    expect(await codeOf(from(at("/nothing")))).toBe("source-refused");
    expect(await codeOf(from("http://127.0.0.1:1/fhir"))).toBe("source-unreachable");
    expect(await codeOf(from(at("/text")))).toBe("not-json");
    await writeFile(join(folder, "broken.ndjson"), `${PATIENT}\n{"resourceType":`);
    expect(await codeOf(from(join(folder, "broken.ndjson")))).toBe("not-json");
  });
});
