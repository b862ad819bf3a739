import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { generatePatientBundle } from "@anamnesis/fhir/generate/generatePatientBundle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../indexer/testing/testDatabase.ts";
import { findHl7Validator, type Hl7Issue, validateByHl7 } from "./testing/hl7/hl7Validator.ts";
import { type Answered, BASE, TestFhir } from "./testing/testFhir.ts";
import { startTestEndpoint, type TestEndpoint } from "./testing/testEndpoint.ts";

const MINUTE = 60_000;
const validator = findHl7Validator();
if (validator === null) {
  process.stderr.write(
    "\nHL7's validator is not on this machine (npm run setup:hl7 fetches it): NOTHING IS CHECKED BY IT.\n\n",
  );
}
const samples = process.env["ANAMNESIS_SAMPLES"];
/** Bundles of patients, the shortest ones. */
const SAMPLES = 4;

/** Whose package no registry has: that an AuditEvent claims one of them cannot be checked. */
const UNKNOWN_PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/";
const isWrong = ({ severity, message }: Hl7Issue): boolean =>
  (severity === "fatal" || severity === "error") && !message.includes(UNKNOWN_PROFILES);
const said = ({ severity, location, message }: Hl7Issue): string => `${severity} ${location}: ${message}`;

describe.skipIf(validator === null)("HL7's validator", () => {
  const validate = (texts: readonly string[]) => validateByHl7(validator ?? "", texts);

  let endpoint: TestEndpoint;
  beforeAll(async () => {
    endpoint = await startTestEndpoint();
  }, MINUTE);
  afterAll(async () => {
    await endpoint.close();
    await closeTestDatabases();
  });

  it(
    "finds nothing wrong in what the server makes itself",
    async () => {
      const doctor = (method: string, path: string, body?: unknown) =>
        endpoint.send("practitioner.TREAT", method, path, body);
      const auditor = (path: string) => endpoint.send("auditor.HOPERAT", "GET", path);
      const { json: patient } = await doctor("POST", "/Patient", { resourceType: "Patient" });
      const observation = {
        resourceType: "Observation",
        status: "final",
        code: { text: "weight" },
        subject: { reference: `Patient/${patient.id}` },
      };
      const { json: made } = await doctor("POST", "/Observation", observation);
      const entry = [
        { resource: { resourceType: "Patient" }, request: { method: "POST", url: "Patient" } },
        { request: { method: "GET", url: `Patient/${patient.id}` } },
      ];
      const answers = [
        await endpoint.send(null, "GET", "/metadata"),
        await doctor("GET", "/Patient/none"),
        await doctor("POST", "/Observation", { resourceType: "Observation" }),
        await doctor("POST", "/Observation/$validate", observation),
        await doctor("GET", `/Observation?subject=Patient/${patient.id}&_include=Observation:subject`),
        await doctor("GET", "/Observation?color=blue"),
        await doctor("GET", `/Observation/${made.id}/_history`),
        await doctor("GET", `/Patient/${patient.id}/$everything`),
        await doctor("POST", "", { resourceType: "Bundle", type: "transaction", entry }),
        await doctor("POST", "", {
          resourceType: "Bundle",
          type: "batch",
          entry: [...entry, { request: { method: "GET", url: "Patient/none" } }],
        }),
        await doctor("DELETE", `/Observation/${made.id}`),
        await doctor("GET", "/_history"),
        await auditor("/AuditEvent?_count=100"),
      ].filter(({ json }) => json.resourceType !== undefined);
      const events = answers.at(-1)?.json.entry ?? [];
      expect(events.length).toBeGreaterThan(12);
      const resources = [...answers.map(({ json }) => json), ...events.map(({ resource }) => resource)];
      const issues = await validate(resources.map((resource) => JSON.stringify(resource)));
      const wrong = issues.flatMap((found, i) =>
        found.filter(isWrong).map((issue) => `${resources[i]?.resourceType} ${said(issue)}`),
      );
      expect(wrong).toEqual([]);
    },
    5 * MINUTE,
  );

  it(
    "finds nothing in what comes back that it did not find in what went in",
    async () => {
      const fhir = new TestFhir(await openTestDatabase());
      let checked = 0;
      for (const text of bundles()) {
        const sent = (JSON.parse(text) as { readonly entry: readonly { readonly resource: object }[] }).entry;
        const answer = await fhir.post("", text);
        expect([answer.status, answer.json.issue]).toEqual([200, undefined]);
        const back = await readAll(fhir, answer);
        const before = await validate(sent.map(({ resource }) => JSON.stringify(resource)));
        const after = await validate(back);
        for (const [i, found] of after.entries()) {
          const known = new Set((before[i] ?? []).filter(isWrong).map(said));
          expect(
            found
              .filter(isWrong)
              .map(said)
              .filter((one) => !known.has(one)),
          ).toEqual([]);
          checked++;
        }
      }
      expect(checked).toBeGreaterThan(30);
    },
    20 * MINUTE,
  );
});

/** Sample bundles where there are some, shared ones first, else a generated one. */
function bundles(): readonly string[] {
  if (samples === undefined) {
    const bundle = JSON.parse(generatePatientBundle({ seed: "hl7" })) as {
      readonly entry: readonly {
        readonly fullUrl: string;
        readonly resource: { readonly resourceType: string };
      }[];
    };
    const entry = bundle.entry.map((one) => ({
      ...one,
      request: { method: "POST", url: one.resource.resourceType },
    }));
    return [JSON.stringify({ ...bundle, type: "transaction", entry })];
  }
  const texts = readdirSync(samples)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({
      shared: name.includes("Information"),
      text: readFileSync(join(samples, name), "utf8"),
    }));
  const shared = texts.filter(({ shared: is }) => is);
  const own = texts.filter(({ shared: is }) => !is).toSorted((a, b) => a.text.length - b.text.length);
  return [...shared, ...own.slice(0, SAMPLES)].map(({ text }) => text);
}

async function readAll(fhir: TestFhir, { json }: Answered): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const { response } of json.entry ?? []) {
    const link = response.location.replace(`${BASE}/`, "").split("/_history")[0] ?? "";
    texts.push((await fhir.get(link)).body ?? "");
  }
  return texts;
}
