import { adminRoutes } from "@anamnesis/api/routes/admin";
import type { PatientKeys } from "@anamnesis/sdk/keys/patientKeys";
import { createSeed, printRecoveryKit } from "@anamnesis/sdk/keys/recoveryKit";
import { openHandOver, sealHandOver } from "@anamnesis/sdk/owner/handOver";
import { takeOver } from "@anamnesis/sdk/owner/takeOver";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir-server/resource/segmentTag";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import { createSqlLedgerCopy } from "../../indexer/sqlLedgerCopy.ts";
import { bytesOf, dyingDatabase } from "../../indexer/testing/testNode.ts";
import { anchor } from "../../testing/sealedRecords.ts";
import { health } from "../../routes/health.ts";
import { bindPatient } from "./bindPatient.ts";
import { RECORD_SYSTEM } from "./keepProvenances.ts";
import { sealPass } from "./sealPass.ts";
import { ADMIN, SealingWorld } from "./testing/sealingWorld.ts";

let world: SealingWorld;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await SealingWorld.start();
}, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const PATIENT = { resourceType: "Patient", birthDate: "1950-02-03" };
const ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

function flag(patient: string, text: string, label?: string) {
  return {
    resourceType: "Flag",
    status: "active",
    code: { text },
    subject: { reference: `Patient/${patient}` },
    ...(label === undefined ? {} : { meta: { security: [{ system: ACT_CODE, code: label }] } }),
  };
}

/** A patient of the FHIR server whose records go into the segments of these keys. */
async function bound(keys: PatientKeys): Promise<string> {
  const id = await world.fhir.make(PATIENT);
  await bindPatient(world.north, id, await world.admissionOf(keys), false);
  return id;
}

const LAST_UPDATED = /"lastUpdated":"[^"]*"/;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const texts = (opened: readonly { readonly bytes: Uint8Array }[]) => opened.map(({ bytes }) => textOf(bytes));

describe("what is written at the FHIR server", () => {
  it("is opened by its patient, byte for byte, each version as the successor of the one before", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls often"), id });
    await world.fhir.make({ resourceType: "Organization", name: "North" });
    await world.settle();
    const opened = await world.open(keys);
    const [first, second] = await world.versions("Flag", id);
    const [about] = await world.versions("Patient", patient);
    expect(new Set(texts(opened))).toEqual(new Set([about, first, second]));
    expect(opened).toHaveLength(3);
    const of = (text: string | null | undefined) => opened.find(({ bytes }) => textOf(bytes) === text);
    expect(of(second)).toMatchObject({
      source: { key: `Flag/${id}`, version: "2" },
      amends: of(first)?.record,
      organisation: world.north.organisation,
    });
    const amended = await world.north.db.query("select record from ledger_amendments");
    expect(amended).toEqual([{ record: of(first)?.record }]);
    expect(await world.states("Flag", id)).toEqual(["sealed", "sealed"]);
    await world.settle();
    expect(await world.open(keys)).toHaveLength(3);
  });

  it("waits in sight until its patient has admitted the organisation, in its order", async () => {
    const { keys } = await world.enrol();
    const patient = await world.fhir.make(PATIENT);
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls often"), id });
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["waiting", "waiting"]);
    const { checks } = await health(world.north, { after: -1 }, { ahead: () => [] });
    expect(checks["sealing"]).toMatchObject({
      ok: true,
      detail: expect.stringContaining("3 wait") as string,
    });
    await bindPatient(world.north, patient, await world.admissionOf(keys), false);
    expect(world.north.woken).toContain("seal");
    await world.settle();
    expect(await world.open(keys)).toHaveLength(3);
    expect(await world.states("Flag", id)).toEqual(["sealed", "sealed"]);
  });

  it("goes into the segment of its sensitivity, and is taken back where it stood before", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.settle();
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls", "MH"), id });
    await world.settle();
    const [first, second] = await world.versions("Flag", id);
    const [opened] = await world.open(keys, "mental-health");
    expect([opened?.amends, opened && textOf(opened.bytes)]).toEqual([null, second]);
    expect(opened?.attributes.labels).toEqual(["MH"]);
    expect(texts(await world.open(keys))).toContain(first);
    expect(await world.states("Flag", id)).toEqual(["retracted", "sealed"]);
    expect(await retracted()).toBe(1);
  });

  it("moves with what else belongs to its Encounter, there and back", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const subject = { reference: `Patient/${patient}` };
    const visit = { resourceType: "Encounter", status: "finished", class: { code: "AMB" }, subject };
    const id = await world.fhir.make(visit);
    await world.settle();
    const encounter = { reference: `Encounter/${id}` };
    const made = await world.fhir.make({ ...flag(patient, "tired", "MH"), encounter });
    await world.settle();
    const [first, second] = await world.versions("Encounter", id);
    const [sealed] = await world.versions("Flag", made);
    expect(new Set(texts(await world.open(keys, "mental-health")))).toEqual(new Set([second, sealed]));
    expect(await world.states("Encounter", id)).toEqual(["retracted", "sealed"]);
    const said = await world.fhir.get(
      `Provenance?target=Encounter/${id}&_security=${SEGMENT_SYSTEM}|mental-health`,
    );
    expect(said.json.entry).toHaveLength(1);
    await world.fhir.delete(`Flag/${made}`);
    await world.settle();
    const third = (await world.versions("Encounter", id))[2];
    expect(third).toBe(
      first
        ?.replace('"versionId":"1"', '"versionId":"3"')
        .replace(LAST_UPDATED, LAST_UPDATED.exec(third ?? "")?.[0] ?? ""),
    );
    expect(texts(await world.open(keys))).toContain(third);
    expect(await world.states("Encounter", id)).toEqual(["retracted", "retracted", "sealed"]);
    expect(await retracted()).toBe(3);
  });

  it("is taken back when it is deleted, all versions of it, and begins anew when it is written again", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls often"), id });
    await world.fhir.delete(`Flag/${id}`);
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["retracted", "retracted", "void"]);
    expect(await retracted()).toBe(2);
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls again"), id });
    await world.settle();
    const opened = (await world.open(keys)).find(({ source }) => source?.version === "4");
    expect(opened?.amends).toBeNull();
    const refused = await world.north.db.query("select refusal from outbox where state = 'refused'");
    expect(refused).toEqual([]);
  });

  it("moves with its patient, and what waited for somebody else is nobody's", async () => {
    const { keys } = await world.enrol();
    const stranger = await world.fhir.make(PATIENT);
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(stranger, "falls"));
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls"), id });
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["void", "sealed"]);
  });

  it("is one record, wherever the node dies while it seals", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(patient, "0"));
    await world.settle();
    let died = true;
    let written = 1;
    for (let at = 1; died; at++) {
      await world.fhir.put(`Flag/${id}`, { ...flag(patient, String(at)), id });
      written++;
      const { db } = dyingDatabase(world.north.db, at);
      const dying = sealPass({ ...world.north, db, copy: createSqlLedgerCopy(db) });
      died = (await codeOf(dying)) === "killed";
      await sealPass(world.north);
    }
    expect(written).toBeGreaterThan(20);
    await world.settle();
    const opened = (await world.open(keys)).filter(({ source }) => source?.key === `Flag/${id}`);
    expect(texts(opened)).toEqual(await world.versions("Flag", id));
    // Each of them once, in one chain of successors.
    expect(opened.map(({ amends }) => amends)).toEqual([
      null,
      ...opened.slice(0, -1).map(({ record }) => record),
    ]);
  }, 120_000);

  it("is taken back once, wherever the node dies while it does", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    let died = true;
    let deleted = 0;
    for (let at = 1; died; at++) {
      const id = await world.fhir.make(flag(patient, String(at)));
      await sealPass(world.north);
      await anchor(world.custody, world.north);
      await world.fhir.delete(`Flag/${id}`);
      deleted++;
      const { db } = dyingDatabase(world.north.db, at);
      const dying = sealPass({ ...world.north, db, copy: createSqlLedgerCopy(db) });
      died = (await codeOf(dying)) === "killed";
      await sealPass(world.north);
      expect(await world.states("Flag", id)).toEqual(["retracted", "void"]);
    }
    expect(deleted).toBeGreaterThan(8);
    await world.settle();
    expect(await retracted()).toBe(deleted);
  }, 120_000);

  it("waits when the admission is over, and says so, until there is a later one", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    world.custody.clock.time += 86_400 * 31;
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["pending"]);
    const { checks } = await health(world.north, { after: -1 }, { ahead: () => [] });
    expect(checks["sealing"]?.ok).toBe(false);
    await bindPatient(world.north, patient, await world.admissionOf(keys), false);
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["sealed"]);
  });

  it("goes on under a desk's provisional keys, and when the patient has taken them over", async () => {
    const desk = await world.enrol(true);
    const patient = await bound(desk.keys);
    await world.fhir.make(flag(patient, "falls"));
    await world.settle();
    const { code, sealed } = await sealHandOver(desk.keys, desk.recoveryKit, world.custody.random);
    const handOver = await openHandOver(code, sealed);
    const recoveryKit = printRecoveryKit(createSeed(world.custody.random));
    let mine = handOver.keys;
    const { runtime, consortium } = world;
    const save = async (saved: PatientKeys): Promise<void> => void (mine = saved);
    await takeOver({ runtime, consortium, handOver, recoveryKit, save });
    const id = await world.fhir.make(flag(patient, "falls often"));
    await world.settle();
    expect(await world.states("Flag", id)).toEqual(["sealed"]);
    expect(await world.open(mine)).toHaveLength(3);
    // Nothing stood in this segment, so its permit was not signed again: the person gives one.
    const sensitive = await world.fhir.make(flag(patient, "sad", "MH"));
    const said = new Set<string>();
    const warnings = () => world.north.log.events.filter((event) => event === "fhir-not-sealed").length;
    await sealPass(world.north, said);
    await sealPass(world.north, said);
    expect([await world.states("Flag", sensitive), warnings()]).toEqual([["pending"], 1]);
    await bindPatient(world.north, patient, await world.admissionOf(mine), false);
    await world.settle();
    expect(await world.open(mine, "mental-health")).toHaveLength(1);
  });
});

describe("binding a Patient", () => {
  it("takes a whole admission for this organisation, valid today, and no other person's in its place", async () => {
    const { keys } = await world.enrol();
    const other = await world.enrol();
    const id = await world.fhir.make(PATIENT);
    const bind = (bytes: Uint8Array, patient = id, replace = false) =>
      codeOf(bindPatient(world.north, patient, bytes, replace));
    expect(await bind(await world.admissionOf(keys), "unknown")).toBe("not-found");
    expect(await bind(new Uint8Array(9))).toBe("bad-admission");
    expect(await bind(await world.admissionOf(keys, -1))).toBe("bad-admission");
    expect(await bind(await world.admissionOf(keys, 30, world.south.organisation))).toBe("bad-admission");
    const part = { ...keys, segments: keys.segments.slice(1) };
    expect(await bind(await world.admissionOf(part))).toBe("bad-admission");
    const forged = { ...keys, root: other.keys.root };
    expect(await bind(await world.admissionOf(forged))).toBe("bad-admission");
    await bindPatient(world.north, id, await world.admissionOf(keys), false);
    await bindPatient(world.north, id, await world.admissionOf(keys, 60), false);
    expect(await bind(await world.admissionOf(other.keys))).toBe("patient-bound");
    await bindPatient(world.north, id, await world.admissionOf(other.keys), true);
    await world.settle();
    expect(await world.open(other.keys)).toHaveLength(1);
    expect(await world.open(keys)).toHaveLength(0);
  });
});

describe("the route that binds a Patient", () => {
  it("is an administrator's", async () => {
    const { keys } = await world.enrol();
    const patient = await world.fhir.make(PATIENT);
    const request = { patient, admission: await world.admissionOf(keys), replace: false };
    const as = (secret: Uint8Array) => connect(world.runtime, "http://north.test:80", httpSigner(secret));
    const stranger = as(bytesOf("stranger")).call(adminRoutes.bindPatient, {}, request);
    expect(await codeOf(stranger)).toBe("not-authorised");
    expect(await world.states("Patient", patient)).toEqual(["waiting"]);
    await as(ADMIN).call(adminRoutes.bindPatient, {}, request);
    expect(await world.states("Patient", patient)).toEqual(["pending"]);
  });
});

describe("the route that lists Patients", () => {
  it("tells an administrator who waits, and what became of those that are named", async () => {
    const { keys } = await world.enrol();
    const known = await bound(keys);
    const waiting = [await world.fhir.make(PATIENT), await world.fhir.make(PATIENT)].toSorted();
    const [first = "", second = ""] = waiting;
    await world.fhir.make(flag(first, "falls"));
    const gone = await world.fhir.make(PATIENT);
    await world.fhir.delete(`Patient/${gone}`);
    const ask = (secret: Uint8Array, patients: readonly string[] | null, after: string | null = null) =>
      connect(world.runtime, "http://north.test:80", httpSigner(secret)).call(
        adminRoutes.fhirPatients,
        {},
        { patients, after },
      );
    expect(await codeOf(ask(bytesOf("stranger"), null))).toBe("not-authorised");
    const two = { patient: first, bound: false, waiting: 2 };
    const one = { patient: second, bound: false, waiting: 1 };
    expect(await ask(ADMIN, null)).toEqual({ patients: [two, one], more: false });
    expect(await ask(ADMIN, null, first)).toEqual({ patients: [one], more: false });
    expect(await ask(ADMIN, [known, gone, "unknown"])).toEqual({
      patients: [{ patient: known, bound: true, waiting: 0 }],
      more: false,
    });
  });
});

describe("the Provenance of a sealed version", () => {
  it("names version, author and record, is found by its target, and is the server's alone", async () => {
    const { keys } = await world.enrol();
    const patient = await bound(keys);
    const id = await world.fhir.make(flag(patient, "falls"));
    await world.settle();
    await world.fhir.put(`Flag/${id}`, { ...flag(patient, "falls", "MH"), id });
    const [provenance = ""] = await world.fhir.ids(`Provenance?target=Flag/${id}`);
    const hidden = world.fhir.as({
      readOwn: [{ types: "*", kinds: ["general"] }],
      readReceived: [],
      write: [{ types: "*", kinds: "*" }],
    });
    // As its target from the moment of the write on.
    expect((await hidden.get(`Flag/${id}`)).status).toBe(404);
    expect((await hidden.get(`Provenance/${provenance}`)).status).toBe(404);
    expect(await hidden.ids(`Provenance?target=Flag/${id}`)).toEqual([]);
    await world.settle();
    const { json, status } = await world.fhir.get(`Provenance/${provenance}`);
    const [record] = await world.open(keys, "mental-health");
    expect([status, json["target"]]).toEqual([200, [{ reference: `Flag/${id}/_history/2` }]]);
    expect(json["entity"]).toMatchObject([
      { what: { identifier: { system: RECORD_SYSTEM, value: record?.record } } },
    ]);
    expect(json["agent"]).toMatchObject([{ who: { identifier: { value: world.north.organisation } } }]);
    const first = await world.fhir.get(`Provenance/${provenance}/_history/1`);
    expect(first.json["target"]).toEqual([{ reference: `Flag/${id}/_history/1` }]);
    expect((await world.fhir.post("Provenance/$validate", json)).body).not.toContain('"error"');
    expect((await hidden.get(`Provenance/${provenance}/_history/1`)).status).toBe(404);
    const forged = { ...json, recorded: "2020-01-01T00:00:00Z" };
    expect((await world.fhir.put(`Provenance/${provenance}`, forged)).status).toBe(403);
    expect((await world.fhir.delete(`Provenance/${provenance}`)).status).toBe(403);
    // It is itself no record.
    expect(await world.open(keys)).toHaveLength(2);
    await world.fhir.delete(`Flag/${id}`);
    expect((await world.fhir.get(`Provenance/${provenance}`)).status).toBe(410);
    // Nor is there one of what was deleted before it was sealed.
    const brief = await world.fhir.make(flag(patient, "brief"));
    await world.fhir.delete(`Flag/${brief}`);
    await world.settle();
    expect(await world.states("Flag", brief)).toEqual(["retracted", "void"]);
    const all = await world.fhir.get("Provenance");
    expect(all.json.entry?.map(({ resource }) => resource["target"])).toEqual([
      [{ reference: `Patient/${patient}/_history/1` }],
    ]);
  });
});

async function retracted(): Promise<number> {
  return (await world.north.db.query("select 1 as one from ledger_retractions")).length;
}
