import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { PatientWorld } from "./patient/testing/patientWorld.ts";

let world: PatientWorld;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await PatientWorld.start();
}, 60_000);
afterEach(async () => {
  await world.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

describe("the purpose of one request", () => {
  it("is one of those that the token is for, and says so in its AuditEvent", async () => {
    const token = await world.staffToken("lab", "system/*.cruds", "TREAT HOPERAT");
    const get = async (purpose?: string): Promise<number> => {
      const headers = purpose === undefined ? {} : { "x-purpose-of-use": purpose };
      return (await world.send(token, "GET", "Patient", undefined, headers)).status;
    };
    expect((await world.send(token, "POST", "Patient", { resourceType: "Patient" })).status).toBe(201);
    expect(await get()).toBe(200);
    expect(await get("TREAT")).toBe(200);
    expect(await get("http://terminology.hl7.org/CodeSystem/v3-ActReason|HOPERAT")).toBe(200);
    // The policy's rules for a practitioner are for TREAT and ETREAT.
    const other = { "x-purpose-of-use": "HOPERAT" };
    expect((await world.send(token, "GET", "Patient", undefined, other)).json.entry).toBeUndefined();
    // ETREAT is the client's, but not this token's.
    for (const odd of ["ETREAT", "PATRQT", "TREAT, HOPERAT", "treat", ""]) expect(await get(odd)).toBe(403);
    const auditor = await world.staffToken("audit", "system/*.rs");
    const { json } = await world.send(auditor, "GET", "AuditEvent?entity-role=24&_count=100&_sort=date");
    const told = (json.entry ?? []).map(({ resource }) => {
      const { outcome, purposeOfEvent } = resource as unknown as {
        outcome: string;
        purposeOfEvent: { coding: { code: string }[] }[];
      };
      return `${purposeOfEvent[0]?.coding[0]?.code} ${outcome}`;
    });
    expect(told.slice(0, 4)).toEqual(["TREAT 0", "TREAT 0", "HOPERAT 0", "HOPERAT 0"]);
    expect(told.slice(4)).toEqual(Array(5).fill("TREAT 4"));
  });
});
