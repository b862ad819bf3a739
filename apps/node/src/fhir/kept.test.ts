import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir-server/resource/segmentTag";
import type { Database } from "@anamnesis/core/ports/database";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { FULL, TestFhir } from "./testing/testFhir.ts";

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let db: Database;
beforeEach(async () => {
  db = await openTestDatabase();
});

const PATIENT = { resourceType: "Patient", birthDate: "1950-02-03" };
const MH = { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "MH" };
const GDIS = { ...MH, code: "GDIS" };
const HIV = { coding: [{ system: "http://snomed.info/sct", code: "86406008" }] };

describe("what a server is told of", () => {
  it("is every version that a request writes, with the transaction that keeps it", async () => {
    const told: string[] = [];
    const fhir = new TestFhir(db, FULL, undefined, async (tx, versions) => {
      for (const { type, id, version, method, attributes } of versions) {
        const rows = await tx.query<{ readonly kind: string }>(
          "select kind from fhir_resources where type = $1 and id = $2 and version = $3",
          [type, id, version],
        );
        expect(rows).toEqual([{ kind: attributes.kind }]);
        told.push(`${method} ${type} ${version}`);
      }
    });
    const id = await fhir.make(PATIENT);
    await fhir.put(`Patient/${id}`, { ...PATIENT, id, gender: "female" });
    await fhir.put(`Patient/${id}`, { ...PATIENT, id, gender: "female" });
    await fhir.patch(`Patient/${id}`, [{ op: "replace", path: "/gender", value: "other" }]);
    const subject = { reference: `Patient/${id}` };
    const entry = [
      "urn:uuid:5b3f1a52-0f1c-4b0e-9a53-1d0d4c1c6a01",
      "urn:uuid:5b3f1a52-0f1c-4b0e-9a53-1d0d4c1c6a02",
    ].map((fullUrl) => ({
      fullUrl,
      request: { method: "POST", url: "Flag" },
      resource: { resourceType: "Flag", status: "active", code: { text: "falls" }, subject },
    }));
    expect((await fhir.post("", { resourceType: "Bundle", type: "transaction", entry })).status).toBe(200);
    expect((await fhir.post("", { resourceType: "Bundle", type: "batch", entry })).status).toBe(200);
    await fhir.delete(`Patient/${id}`);
    expect(told).toEqual([
      "POST Patient 1",
      "PUT Patient 2",
      "PATCH Patient 3",
      ...Array.from({ length: 4 }, () => "POST Flag 1"),
      "DELETE Patient 4",
    ]);
  });

  it("says apart what is of another kind by that", async () => {
    const told: string[][] = [];
    const fhir = new TestFhir(db, FULL, undefined, async (_, ...both) => {
      told.push(both.map((versions) => versions.map(({ type, version }) => `${type} ${version}`).join()));
    });
    const visit = await fhir.make({ resourceType: "Encounter", status: "finished", class: { code: "AMB" } });
    const subject = { reference: `Patient/${await fhir.make(PATIENT)}` };
    const encounter = { reference: `Encounter/${visit}` };
    await fhir.make({ resourceType: "Condition", subject, encounter, code: HIV });
    expect(told).toEqual([
      ["Encounter 1", ""],
      ["Patient 1", ""],
      ["Condition 1", "Encounter 2"],
    ]);
  });

  it("is kept with what it writes itself, or not at all", async () => {
    const failing = new TestFhir(db, FULL, undefined, async () => {
      throw fhirError("fhir-forbidden", "No.", "Leave it.");
    });
    expect((await failing.post("Patient", PATIENT)).status).toBe(403);
    expect(await db.query("select 1 as one from fhir_versions")).toEqual([]);
  });
});

describe("the label of a segment", () => {
  it("is the server's: a client neither forges nor keeps it, and finds by it", async () => {
    const fhir = new TestFhir(db);
    const security = [{ system: SEGMENT_SYSTEM, code: "violence" }];
    const made = await fhir.post("Patient", { ...PATIENT, meta: { security } });
    const tag = (code: string) => ({ system: SEGMENT_SYSTEM, code });
    expect(made.json.meta).toMatchObject({ security: [tag("general")] });
    const again = await fhir.put(`Patient/${made.json.id}`, { ...made.json, meta: { security: [MH] } });
    expect(again.json.meta).toMatchObject({ security: [MH, tag("mental-health")] });
    expect(await fhir.ids(`Patient?_security=${SEGMENT_SYSTEM}|mental-health`)).toEqual([made.json.id]);
    // As it was read, but without the client's own label.
    const loosened = { ...again.json, meta: { security: [tag("mental-health")] } };
    expect((await fhir.put(`Patient/${made.json.id}`, loosened)).json.meta).toMatchObject({
      security: [tag("general")],
    });
  });

  it("is the stricter one of what labels say and codes stand for", async () => {
    const fhir = new TestFhir(db);
    const subject = { reference: `Patient/${await fhir.make(PATIENT)}` };
    const labelled = async (security: readonly object[]): Promise<unknown> => {
      const condition = { resourceType: "Condition", subject, code: HIV, meta: { security } };
      const { json } = await fhir.post("Condition", condition);
      return (
        json.meta as unknown as { readonly security: readonly { readonly code: string }[] }
      ).security.at(-1)?.code;
    };
    expect(await labelled([])).toBe("sexual-reproductive");
    expect(await labelled([GDIS])).toBe("sexual-reproductive");
    expect(await labelled([{ ...MH, code: "ETH" }])).toBe("substance-use");
  });
});
