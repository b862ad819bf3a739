import { randomUUID } from "node:crypto";
import type { Database } from "@anamnesis/core/ports/database";
import type { Access } from "@anamnesis/fhir-server/access/access";
import type { FhirAccess } from "@anamnesis/fhir-server/audit/accessesOf";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { databaseFailed } from "../../database/databaseError.ts";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import type { WritePoint } from "../../runtime/writePoints.ts";
import { TestFhir } from "../testing/testFhir.ts";
import { AuditTrail } from "./auditTrail.ts";

const AGENT = { client: "test", actor: null, purpose: "TREAT", address: "127.0.0.1" };
const SOURCE = { organisation: "North", base: "http://127.0.0.1/fhir" };
const AUDITOR: Access = {
  readOwn: [{ types: ["AuditEvent"], kinds: "*" }],
  readReceived: [],
  write: [],
};

let db: Database;
let fhir: TestFhir;
/** Statements and transactions that wrote events, in their order. */
let points: WritePoint[];
let failing: WritePoint | null;
let woken: string[];

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  db = await openTestDatabase();
  fhir = new TestFhir(db, AUDITOR);
  points = [];
  woken = [];
  failing = null;
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** As a process has it that begins with this database. */
function trailOf(): AuditTrail {
  return new AuditTrail(
    {
      db,
      durable: async (point, work) => {
        if (point === failing) throw databaseFailed(null);
        points.push(point);
        return work();
      },
      wake: (worker) => void woken.push(worker),
    },
    () => SOURCE,
    randomUUID,
  );
}

const readOf = (id: string): FhirAccess => ({
  code: "read",
  target: { type: "Observation", id, version: null },
  query: null,
  status: 200,
  patients: [],
});
/** Ids of the events of reading this Observation, of those that a search by action gives. */
async function found(id: string): Promise<readonly string[]> {
  const { json } = await fhir.get("AuditEvent?action=R&_count=1000");
  const events = (json.entry ?? []).map(({ resource }) => resource);
  return events
    .filter((event) => JSON.stringify(event).includes(`"Observation/${id}"`))
    .map((event) => event.id);
}
const countOf = async (table: string): Promise<number> =>
  (await db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n ?? Number.NaN;

it("writes the events of all who come at once with one statement, and each of them once", async () => {
  const trail = trailOf();
  const first = trail.keep([readOf("first")], AGENT, 1000);
  const names = Array.from({ length: 40 }, (_, i) => `o${i}`);
  await Promise.all([first, ...names.map((name) => trail.keep([readOf(name)], AGENT, 2000))]);
  expect(points).toEqual(["fhir.audit", "fhir.audit"]);
  expect(await countOf("fhir_audits")).toBe(41);
  await Promise.all([trail.index(), trail.index()]);
  expect(await countOf("fhir_audits")).toBe(0);
  for (const name of ["first", ...names]) expect(await found(name)).toHaveLength(1);
});

it("shows an event as of the time of its access, whenever it became a resource", async () => {
  const trail = trailOf();
  const at = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  await trail.keep([{ ...readOf("o"), patients: ["p", "q"] }], AGENT, at);
  await trail.index();
  const { json } = await fhir.get("AuditEvent?date=2026-02-03T04:05:06.789Z");
  const events = (json.entry ?? []).map(({ resource }) => resource);
  const about = events.map((one) => /Patient\/[pq]/g.exec(JSON.stringify(one))?.[0]);
  expect(about).toHaveLength(2);
  expect(new Set(about)).toEqual(new Set(["Patient/p", "Patient/q"]));
  const event = events.find((one) => JSON.stringify(one).includes("Patient/p"));
  expect(event).toMatchObject({
    resourceType: "AuditEvent",
    recorded: "2026-02-03T04:05:06.789Z",
    meta: { versionId: "1", lastUpdated: "2026-02-03T04:05:06.789Z" },
    source: { observer: { display: "North" } },
  });
  expect(JSON.stringify(event)).not.toContain("Patient/q");
  expect(await fhir.ids("AuditEvent?_lastUpdated=2026-02-03T04:05:06.789Z")).toHaveLength(2);
});

it("loses nothing that it acknowledged when the process ends before it was indexed, or while it is", async () => {
  const ended = trailOf();
  for (const name of ["a", "b", "c"]) await ended.keep([readOf(name)], AGENT, 1000);
  failing = "fhir.audit-index";
  await expect(ended.index()).rejects.toMatchObject({ code: "database-failed" });
  failing = null;
  expect(await countOf("fhir_audits")).toBe(3);
  const next = trailOf();
  await next.pass();
  for (const name of ["a", "b", "c"]) expect(await found(name)).toHaveLength(1);
});

it("indexes beside another one that does the same without writing an event twice", async () => {
  const one = trailOf();
  const other = trailOf();
  const names = Array.from({ length: 100 }, (_, i) => `o${i}`);
  await one.keep(names.map(readOf), AGENT, 1000);
  await Promise.all([one.index(), other.index(), other.keep([readOf("late")], AGENT, 2000)]);
  await one.index();
  expect(await countOf("fhir_resources")).toBe(101);
  for (const name of [...names, "late"]) expect(await found(name)).toHaveLength(1);
});

it("keeps the events of a write with it or not at all", async () => {
  const trail = trailOf();
  await expect(
    db.transaction(async (tx) => {
      await trail.keepWith(tx, [readOf("undone")], AGENT, 1000);
      throw databaseFailed(null);
    }),
  ).rejects.toMatchObject({ code: "database-failed" });
  await db.transaction((tx) => trail.keepWith(tx, [readOf("done")], AGENT, 1000));
  await trail.index();
  expect([await found("undone"), await found("done")]).toEqual([[], [expect.any(String)]]);
});

it("fails everyone whose event could not be written, and goes on with the next", async () => {
  const trail = trailOf();
  failing = "fhir.audit";
  const refused = await Promise.allSettled(["a", "b"].map((name) => trail.keep([readOf(name)], AGENT, 1000)));
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  failing = null;
  await trail.keep([readOf("c")], AGENT, 1000);
  expect(await countOf("fhir_audits")).toBe(1);
});

it("leaves a busy server alone until thousands wait, and then says so", async () => {
  const trail = trailOf();
  await trail.keep([readOf("a")], AGENT, 1000);
  await trail.pass();
  expect(await countOf("fhir_audits")).toBe(1);
  // Nothing came since.
  await trail.pass();
  expect(await countOf("fhir_audits")).toBe(0);
  const many = (n: number): readonly FhirAccess[] => Array.from({ length: n }, (_, i) => readOf(`m${i}`));
  await trail.keep(many(4095), AGENT, 1000);
  expect(woken).toEqual([]);
  await trail.keep(many(1), AGENT, 1000);
  expect(woken).toEqual(["audit"]);
});
