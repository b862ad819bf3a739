import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir-server/resource/segmentTag";
import { BASE, TestFhir } from "./testing/testFhir.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let fhir: TestFhir;
beforeEach(async () => {
  fhir = new TestFhir(await openTestDatabase());
});

const PATIENT = {
  resourceType: "Patient",
  name: [{ family: "Müller", given: ["Anna"] }],
  birthDate: "1950-02-03",
};
const weight = (patient: string, value: string): string =>
  `{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body weight"}]},
    "subject":{"reference":"Patient/${patient}"},"effectiveDateTime":"2026-03-04T10:00:00Z",
    "valueQuantity":{"value":${value},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}`;

describe("a resource", () => {
  it("is created under an id of the server's, and read as it was written", async () => {
    const made = await fhir.post("Patient", { ...PATIENT, id: "mine" });
    expect(made.status).toBe(201);
    const { id, meta, ...rest } = made.json;
    expect(id).not.toBe("mine");
    expect(rest).toEqual(PATIENT);
    expect(meta).toEqual({
      versionId: "1",
      lastUpdated: "2026-01-01T00:00:01.000Z",
      security: [{ system: SEGMENT_SYSTEM, code: "general" }],
    });
    expect(made.headers).toMatchObject({ etag: 'W/"1"', location: `${BASE}/Patient/${id}/_history/1` });
    const read = await fhir.get(`Patient/${id}`);
    expect([read.status, read.body, read.headers["etag"]]).toEqual([200, made.body, 'W/"1"']);
    expect((await fhir.get(`Patient/${id}`, { "if-none-match": 'W/"1"' })).status).toBe(304);
  });

  it("is a proposal when it is a Consent that nobody signed, however often its writer says that it is active", async () => {
    const patient = await fhir.make(PATIENT);
    const consent = {
      resourceType: "Consent",
      status: "active",
      scope: {
        coding: [{ system: "http://terminology.hl7.org/CodeSystem/consentscope", code: "patient-privacy" }],
      },
      category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
      patient: { reference: `Patient/${patient}` },
      policyRule: { text: "everything to everybody" },
    };
    const { json } = await fhir.post("Consent", consent);
    expect(json).toMatchObject({ status: "proposed" });
    expect((await fhir.put(`Consent/${json.id}`, { ...consent, id: json.id })).json).toMatchObject({
      status: "proposed",
      meta: { versionId: "1" },
    });
    const patched = await fhir.patch(`Consent/${json.id}`, [
      { op: "replace", path: "/status", value: "active" },
    ]);
    expect(patched.json).toMatchObject({ status: "proposed" });
    expect(await fhir.ids("Consent?status=active")).toEqual([]);
    expect(await fhir.ids("Consent?status=proposed")).toEqual([json.id]);
  });

  it("keeps its decimals as they were written, through updates and patches too", async () => {
    const patient = await fhir.make(PATIENT);
    const { json, body } = await fhir.post("Observation", weight(patient, "71.00"));
    expect(body).toContain('"value":71.00,');
    const patched = await fhir.patch(`Observation/${json.id}`, [
      { op: "replace", path: "/status", value: "amended" },
    ]);
    expect([patched.status, patched.json.meta.versionId]).toEqual([200, "2"]);
    expect(patched.body).toContain('"value":71.00,');
  });

  it("is changed by update, with the version that the writer saw, and the same again makes no version", async () => {
    const id = await fhir.make(PATIENT);
    const changed = { ...PATIENT, id, gender: "female" };
    const second = await fhir.put(`Patient/${id}`, changed, { "if-match": 'W/"1"' });
    expect([second.status, second.json.meta.versionId]).toEqual([200, "2"]);
    const late = await fhir.put(`Patient/${id}`, { ...PATIENT, id }, { "if-match": 'W/"1"' });
    expect([late.status, late.json.issue[0]?.code]).toEqual([412, "conflict"]);
    expect((await fhir.put(`Patient/${id}`, changed)).json.meta.versionId).toBe("2");
    expect((await fhir.put(`Patient/${id}`, { ...changed, id: "other" })).status).toBe(400);
    expect((await fhir.put("Patient/unknown", { ...changed, id: "unknown" })).status).toBe(404);
  });

  it("is deleted and keeps its history, newest first", async () => {
    const id = await fhir.make(PATIENT);
    await fhir.put(`Patient/${id}`, { ...PATIENT, id, gender: "female" });
    expect((await fhir.delete(`Patient/${id}`)).status).toBe(204);
    expect((await fhir.delete(`Patient/${id}`)).status).toBe(204);
    expect((await fhir.get(`Patient/${id}`)).status).toBe(410);
    expect(await fhir.ids("Patient")).toEqual([]);
    const { json } = await fhir.get(`Patient/${id}/_history`);
    expect(json.entry?.map(({ response }) => response.status)).toEqual([
      "204 No Content",
      "200 OK",
      "201 Created",
    ]);
    expect((await fhir.get(`Patient/${id}/_history/1`)).json["gender"]).toBeUndefined();
    expect((await fhir.get(`Patient/${id}/_history/3`)).status).toBe(410);
    expect((await fhir.get(`Patient/${id}/_history/4`)).status).toBe(404);
    const page = await fhir.get("_history?_count=2");
    const next = page.json.link.find(({ relation }) => relation === "next")?.url ?? "";
    expect(page.json.entry).toHaveLength(2);
    expect((await fhir.get(next)).json.entry).toHaveLength(1);
    // Again as a new version.
    expect((await fhir.put(`Patient/${id}`, { ...PATIENT, id })).json.meta.versionId).toBe("4");
  });

  it("is refused with the places of what is wrong, and nothing of it is kept or quoted", async () => {
    const { status, json, body } = await fhir.post("Patient", {
      resourceType: "Patient",
      birthDate: "CANARY",
      bogus: 1,
    });
    expect([status, json.resourceType]).toEqual([422, "OperationOutcome"]);
    expect(json.issue.length).toBeGreaterThan(0);
    expect(body).not.toContain("CANARY");
    expect(await fhir.ids("Patient")).toEqual([]);
    expect((await fhir.post("Patient", "{")).status).toBe(400);
    expect((await fhir.post("Patient", "<x/>", { "content-type": "application/fhir+xml" })).status).toBe(415);
    expect((await fhir.get("Patient", { accept: "application/fhir+xml" })).status).toBe(406);
    expect((await fhir.get("Bogus")).status).toBe(404);
    expect((await fhir.send("DELETE", "metadata", null)).status).toBe(405);
  });

  it("loses no update of 50 writers at once", async () => {
    const id = await fhir.make({ ...PATIENT, identifier: [{ value: "first" }] });
    const writers = Array.from({ length: 50 }, (_, i) =>
      fhir.patch(`Patient/${id}`, [{ op: "add", path: "/identifier/-", value: { value: `writer ${i}` } }]),
    );
    expect(new Set((await Promise.all(writers)).map(({ status }) => status))).toEqual(new Set([200]));
    const { json } = await fhir.get(`Patient/${id}`);
    expect([json["identifier"], json.meta.versionId]).toEqual([
      expect.objectContaining({ length: 51 }),
      "51",
    ]);
    // Of those that saw the same version, one is first.
    const updates = Array.from({ length: 10 }, (_, i) =>
      fhir.put(`Patient/${id}`, { ...PATIENT, id, birthDate: `19${i + 10}` }, { "if-match": 'W/"51"' }),
    );
    const statuses = (await Promise.all(updates)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it("refers to nothing that is not there", async () => {
    const { status, json } = await fhir.post("Observation", weight("nobody", "1"));
    expect([status, json.issue[0]?.code]).toEqual([422, "not-found"]);
  });
});

describe("conditions", () => {
  it("create once, update what they find, and refuse to guess among several", async () => {
    const identified = { ...PATIENT, identifier: [{ system: "urn:mrn", value: "1" }] };
    const header = { "if-none-exist": "identifier=urn:mrn|1" };
    const first = await fhir.post("Patient", identified, header);
    const again = await fhir.post("Patient", identified, header);
    expect([first.status, again.status, again.json.id]).toEqual([201, 200, first.json.id]);
    const updated = await fhir.put("Patient?identifier=urn:mrn|1", { ...identified, gender: "male" });
    expect([updated.status, updated.json.id]).toEqual([200, first.json.id]);
    const created = await fhir.put("Patient?identifier=urn:mrn|2", {
      ...PATIENT,
      identifier: [{ system: "urn:mrn", value: "2" }],
    });
    expect(created.status).toBe(201);
    expect((await fhir.put("Patient?family=muller", PATIENT)).status).toBe(412);
    expect((await fhir.put("Patient?bogus=1", PATIENT)).status).toBe(400);
    expect((await fhir.delete("Patient?identifier=urn:mrn|2")).status).toBe(204);
    expect(await fhir.ids("Patient")).toEqual([first.json.id]);
  });
});

describe("a transaction", () => {
  const entry = (
    method: string,
    url: string,
    resource?: object,
    fullUrl?: string,
    more?: object,
  ): object => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    ...(resource === undefined ? {} : { resource }),
    request: { method, url, ...more },
  });
  const bundle = (type: string, ...entries: object[]): object => ({
    resourceType: "Bundle",
    type,
    entry: entries,
  });
  const observation = (reference: string): object =>
    JSON.parse(weight("x", "1").replace("Patient/x", reference)) as object;

  it("resolves what its entries call each other, and conditions", async () => {
    await fhir.make({ ...PATIENT, identifier: [{ system: "urn:mrn", value: "7" }] });
    const { status, json } = await fhir.post(
      "",
      bundle(
        "transaction",
        entry("POST", "Observation", observation("urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a")),
        entry("POST", "Patient", PATIENT, "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"),
        entry("POST", "Observation", observation("Patient?identifier=urn:mrn|7")),
        entry("POST", "Patient", PATIENT, undefined, { ifNoneExist: "identifier=urn:mrn|7" }),
        entry("GET", "Patient?family=m"),
      ),
    );
    expect(status).toBe(200);
    expect(json.entry?.map(({ response }) => response.status)).toEqual(["201", "201", "201", "200", "200"]);
    expect(json.entry?.[4]?.resource.entry).toHaveLength(2);
    expect(await fhir.ids("Observation?subject.family=müller")).toHaveLength(2);
    expect(await fhir.ids("Observation?subject:Patient.identifier=urn:mrn|7")).toHaveLength(1);
  });

  it("is kept whole or not at all, and names the entry that stands in its way", async () => {
    const { status, body } = await fhir.post(
      "",
      bundle(
        "transaction",
        entry("POST", "Patient", PATIENT),
        entry("POST", "Observation", observation("Patient/nobody")),
      ),
    );
    expect([status, body]).toEqual([422, expect.stringContaining("Bundle.entry[1]")]);
    expect(await fhir.ids("Patient")).toEqual([]);
  });

  it("as a batch keeps what can be kept", async () => {
    const { status, json } = await fhir.post(
      "",
      bundle(
        "batch",
        entry("POST", "Patient", PATIENT),
        entry("POST", "Observation", observation("Patient/nobody")),
        entry("GET", "Patient"),
      ),
    );
    expect(status).toBe(200);
    expect(json.entry?.map(({ response }) => response.status)).toEqual(["201", "422", "200"]);
    expect(json.entry?.[1]?.response.outcome.resourceType).toBe("OperationOutcome");
  });
});

describe("operations", () => {
  it("give everything of a patient in pages, and validate without keeping", async () => {
    const id = await fhir.make(PATIENT);
    const other = await fhir.make(PATIENT);
    for (const patient of [id, id, other]) await fhir.post("Observation", weight(patient, "70"));
    const all = await fhir.get(`Patient/${id}/$everything`);
    expect(all.json.entry?.map(({ resource }) => resource.resourceType).sort()).toEqual([
      "Observation",
      "Observation",
      "Patient",
    ]);
    const first = await fhir.get(`Patient/${id}/$everything?_count=2`);
    const next = first.json.link.find(({ relation }) => relation === "next")?.url ?? "";
    expect((await fhir.get(next)).json.entry).toHaveLength(1);
    expect(await fhir.ids(`Patient/${id}/Observation`)).toHaveLength(2);
    const fine = await fhir.post("Patient/$validate", PATIENT);
    expect([fine.status, fine.json.issue[0]?.severity]).toEqual([200, "information"]);
    const wrong = await fhir.post("Patient/$validate", { resourceType: "Patient", bogus: 1 });
    expect([wrong.status, wrong.json.issue[0]?.severity]).toEqual([200, "error"]);
    expect(await fhir.ids("Patient")).toHaveLength(2);
  });

  it("say what the server does", async () => {
    const { status, json } = await fhir.get("metadata");
    expect([status, json.resourceType, json["fhirVersion"]]).toEqual([200, "CapabilityStatement", "4.0.1"]);
  });
});
