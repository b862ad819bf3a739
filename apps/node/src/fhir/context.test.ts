import type { Access } from "@anamnesis/fhir-server/access/access";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir-server/resource/segmentTag";
import { FHIR_CONTEXTS_SCHEMA } from "@anamnesis/fhir-server/store/schema";
import type { Database } from "@anamnesis/core/ports/database";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { type FhirJson, FULL, TestFhir } from "./testing/testFhir.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** Everything but what is said about addiction. */
const GENERAL: Access = {
  readOwn: [{ types: "*", kinds: ["general", "mental-health"] }],
  readReceived: [],
  write: [{ types: "*", kinds: "*" }],
};
const BUPRENORPHINE = {
  coding: [{ system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: "1819" }],
};
const ANXIETY = { coding: [{ system: "http://snomed.info/sct", code: "197480006" }] };

let db: Database;
let fhir: TestFhir;
let patient: string;
let subject: { readonly reference: string };
beforeEach(async () => {
  db = await openTestDatabase();
  fhir = new TestFhir(db);
  patient = await fhir.make({ resourceType: "Patient" });
  subject = { reference: `Patient/${patient}` };
});

const to = (id: string) => ({ reference: `Encounter/${id}` });
const visit = () => fhir.make(encounter());
const encounter = () => ({
  resourceType: "Encounter",
  status: "finished",
  class: { code: "AMB" },
  subject,
});
const note = (of: string) => ({
  resourceType: "Observation",
  status: "final",
  code: { text: "weight" },
  subject,
  encounter: to(of),
});
const prescription = (of: string) => ({
  resourceType: "MedicationRequest",
  status: "active",
  intent: "order",
  medicationCodeableConcept: BUPRENORPHINE,
  subject,
  encounter: to(of),
});
const condition = (of: string) => ({ resourceType: "Condition", code: ANXIETY, subject, encounter: to(of) });
const claim = (...of: readonly string[]) => ({
  resourceType: "Claim",
  status: "active",
  type: { text: "professional" },
  use: "claim",
  patient: subject,
  created: "2026-01-01",
  provider: { display: "North" },
  priority: { text: "normal" },
  insurance: [{ sequence: 1, focal: true, coverage: { display: "None" } }],
  item: of.map((id, i) => ({
    sequence: i + 1,
    productOrService: { text: "visit" },
    encounter: [to(id)],
  })),
});

/** The segment that the server says, which is the one that it keeps. */
async function kindOf(link: string): Promise<string | undefined> {
  const { json } = await fhir.get(link);
  const [type, id] = link.split("/");
  const rows = await db.query<{ readonly kind: string }>(
    "select kind from fhir_resources where type = $1 and id = $2",
    [type ?? "", id ?? ""],
  );
  const said = saidOf(json);
  expect(said).toBe(rows[0]?.kind);
  return said;
}

function saidOf(json: FhirJson): string | undefined {
  const { security = [] } = json.meta as unknown as {
    readonly security?: readonly { readonly system: string; readonly code: string }[];
  };
  const said = security.filter(({ system }) => system === SEGMENT_SYSTEM);
  expect(said).toHaveLength(1);
  return said[0]?.code;
}

describe("the resources of an Encounter", () => {
  it("are as strict as the strictest of them, whether they were written before it or after", async () => {
    const id = await visit();
    const before = await fhir.make(note(id));
    expect(await kindOf(`Observation/${before}`)).toBe("general");
    const anxiety = await fhir.make(condition(id));
    expect(await kindOf(`Observation/${before}`)).toBe("mental-health");
    await fhir.make(prescription(id));
    const after = await fhir.post("Observation", note(id));
    expect(saidOf(after.json)).toBe("substance-use");
    for (const link of [`Encounter/${id}`, `Observation/${before}`, `Condition/${anxiety}`])
      expect(await kindOf(link)).toBe("substance-use");
    expect(await kindOf(`Patient/${patient}`)).toBe("general");
    const other = await visit();
    expect(await kindOf(`Observation/${await fhir.make(note(other))}`)).toBe("general");
    expect((await fhir.ids(`Observation?_security=${SEGMENT_SYSTEM}|substance-use`)).toSorted()).toEqual(
      [before, after.json.id].toSorted(),
    );
  });

  it("return to their own kinds when it is deleted, changed or belongs elsewhere", async () => {
    const id = await visit();
    const other = await visit();
    const weight = await fhir.make(note(id));
    const anxiety = await fhir.make(condition(id));
    const made = await fhir.make(prescription(id));
    await fhir.put(`MedicationRequest/${made}`, { ...prescription(other), id: made });
    expect(await kindOf(`Observation/${weight}`)).toBe("mental-health");
    expect(await kindOf(`Condition/${anxiety}`)).toBe("mental-health");
    expect(await kindOf(`Encounter/${other}`)).toBe("substance-use");
    await fhir.delete(`MedicationRequest/${made}`);
    expect(await kindOf(`Encounter/${other}`)).toBe("general");
    await fhir.patch(`Condition/${anxiety}`, [{ op: "replace", path: "/code", value: { text: "tired" } }]);
    expect(await kindOf(`Observation/${weight}`)).toBe("general");
    expect(await kindOf(`Condition/${anxiety}`)).toBe("general");
    expect(await kindOf(`Encounter/${id}`)).toBe("general");
  });

  it("do not hand on what they took over", async () => {
    const [one, two] = [await visit(), await visit()];
    const bill = await fhir.make(claim(one, two));
    const weight = await fhir.make(note(two));
    const made = await fhir.make(prescription(one));
    expect(await kindOf(`Claim/${bill}`)).toBe("substance-use");
    expect(await kindOf(`Observation/${weight}`)).toBe("general");
    await fhir.make(condition(two));
    expect(await kindOf(`Observation/${weight}`)).toBe("mental-health");
    await fhir.delete(`MedicationRequest/${made}`);
    expect(await kindOf(`Claim/${bill}`)).toBe("mental-health");
  });

  it("are labelled in one transaction and in a batch alike", async () => {
    const names = ["11", "22", "33"].map((tail) => `urn:uuid:5b3f1a52-0f1c-4b0e-9a53-1d0d4c1c6a${tail}`);
    const [first = "", second = "", third = ""] = names;
    const inside = <T extends object>(resource: T): T => ({ ...resource, encounter: { reference: first } });
    const entry = [
      { fullUrl: second, resource: inside(note("")) },
      { fullUrl: first, resource: encounter() },
      { fullUrl: third, resource: inside(prescription("")) },
    ].map((one) => ({ ...one, request: { method: "POST", url: one.resource.resourceType } }));
    const { json } = await fhir.post("", { resourceType: "Bundle", type: "transaction", entry });
    expect((json.entry ?? []).map(({ resource }) => saidOf(resource))).toEqual(
      names.map(() => "substance-use"),
    );
    for (const { resource } of json.entry ?? [])
      expect(await kindOf(`${resource.resourceType}/${resource.id}`)).toBe("substance-use");
    const id = await visit();
    const weight = await fhir.make(note(id));
    const batch = [prescription(id), note(id)].map((resource) => ({
      resource,
      request: { method: "POST", url: resource.resourceType },
    }));
    const answered = await fhir.post("", { resourceType: "Bundle", type: "batch", entry: batch });
    expect((answered.json.entry ?? []).map(({ resource }) => saidOf(resource))).toEqual([
      "substance-use",
      "substance-use",
    ]);
    // A transaction that takes the reason away and changes what it had labelled.
    const [request] = await fhir.ids(`MedicationRequest?encounter=${id}`);
    await fhir.post("", {
      resourceType: "Bundle",
      type: "transaction",
      entry: [
        { request: { method: "DELETE", url: `MedicationRequest/${request}` } },
        {
          resource: { ...note(id), id: weight, code: { text: "height" } },
          request: { method: "PUT", url: `Observation/${weight}` },
        },
      ],
    });
    expect(await kindOf(`Observation/${weight}`)).toBe("general");
  });

  it("get no version for a label that they have, nor for the same content again", async () => {
    const id = await visit();
    const weight = await fhir.make(note(id));
    await fhir.make(prescription(id));
    await fhir.make(prescription(id));
    const { json } = await fhir.get(`Observation/${weight}`);
    expect(json.meta.versionId).toBe("2");
    const again = await fhir.put(`Observation/${weight}`, { ...note(id), id: weight });
    expect(again.json.meta.versionId).toBe("2");
    expect((await fhir.put(`Observation/${weight}`, json)).json.meta.versionId).toBe("2");
  });

  it("are labelled also where they were deleted, and label nobody then", async () => {
    const id = await visit();
    const weight = await fhir.make(note(id));
    await fhir.delete(`Observation/${weight}`);
    const reader = fhir.as(GENERAL);
    expect((await reader.get(`Observation/${weight}/_history/1`)).status).toBe(200);
    const made = await fhir.make(prescription(id));
    expect((await reader.get(`Observation/${weight}/_history/1`)).status).toBe(404);
    expect((await reader.get(`Observation/${weight}`)).status).toBe(404);
    await fhir.delete(`MedicationRequest/${made}`);
    expect((await reader.get(`Observation/${weight}/_history/1`)).status).toBe(200);
    expect((await reader.get(`Observation/${weight}`)).status).toBe(410);
    expect((await reader.get(`MedicationRequest/${made}`)).status).toBe(404);
  });

  it("are out of sight with it, and only what was never hidden is in sight after", async () => {
    const reader = fhir.as(GENERAL);
    const id = await visit();
    const weight = await fhir.make(note(id));
    const made = await fhir.make(prescription(id));
    expect(await reader.ids("Observation")).toEqual([]);
    expect((await reader.get("Observation?_total=accurate")).json.total).toBe(0);
    expect((await reader.get(`Observation/${weight}/_history/1`)).status).toBe(404);
    expect((await reader.get(`Encounter/${id}`)).status).toBe(404);
    await fhir.delete(`MedicationRequest/${made}`);
    const { json } = await reader.get(`Observation/${weight}/_history`);
    expect((json.entry ?? []).map(({ resource }) => resource.meta.versionId)).toEqual(["3", "1"]);
    expect((await reader.get(`Observation/${weight}/_history/2`)).status).toBe(404);
  });

  it("of a database of before take part from their next write on", async () => {
    const id = await visit();
    const weight = await fhir.make(note(id));
    await db.query("drop table fhir_contexts");
    for (const statement of FHIR_CONTEXTS_SCHEMA.split(";").filter((text) => text.trim() !== ""))
      await db.query(statement);
    await fhir.make(prescription(id));
    expect(await kindOf(`Observation/${weight}`)).toBe("substance-use");
    expect(await kindOf(`Encounter/${id}`)).toBe("substance-use");
  });

  it("are written by whom the policy lets write what they become", async () => {
    const id = await visit();
    await fhir.make(prescription(id));
    const writer = fhir.as({ ...FULL, write: [{ types: "*", kinds: ["general"] }] });
    expect((await writer.post("Observation", note(id))).status).toBe(403);
    const entry = [encounter(), note(id)].map((resource) => ({
      resource,
      request: { method: "POST", url: resource.resourceType },
    }));
    const refused = await writer.post("", { resourceType: "Bundle", type: "transaction", entry });
    expect(refused.status).toBe(403);
    expect(await fhir.ids("Observation")).toEqual([]);
    expect((await writer.post("Encounter", encounter())).status).toBe(201);
  });
});
