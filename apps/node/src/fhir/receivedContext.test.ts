import type { Access } from "@anamnesis/fhir-server/access/access";
import { SEGMENT_SYSTEM } from "@anamnesis/fhir-server/resource/segmentTag";
import type { TestSegment } from "@anamnesis/testkit/core/world";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { revoke } from "../custody/revoke.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import type { TestActor } from "../testing/custodyWorld.ts";
import { purgeReceived } from "./received/purgeReceived.ts";
import { ReceivedWorld } from "./testing/receivedWorld.ts";
import { FULL, type TestFhir } from "./testing/testFhir.ts";

/** What somebody writes into an Encounter that was received: kept as what was received with it asks for, as far as its writer sees that, and nobody is told. */

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const ENCOUNTER = {
  resourceType: "Encounter",
  id: "e1",
  status: "finished",
  class: { code: "AMB" },
  subject: { reference: "Patient/p1" },
};
const CONDITION = {
  resourceType: "Condition",
  id: "c1",
  subject: { reference: "Patient/p1" },
  encounter: { reference: "Encounter/e1" },
};
/** Everything of the organisation's own but what is said about addiction. */
const OTHERS: Access = {
  readOwn: [{ types: "*", kinds: ["general", "mental-health"] }],
  readReceived: [],
  write: FULL.write,
};

let world: ReceivedWorld;
let addiction: TestSegment;
let doctor: TestActor;
let encounter: string;
beforeEach(async () => {
  world = await ReceivedWorld.start();
  addiction = await world.newSegment("alice", "substance-use");
  doctor = await world.doctor("doctor");
  const { consent } = await world.custody.consent(doctor);
  await world.keep(doctor, consent, [await world.write(ENCOUNTER)]);
  [encounter = ""] = await (await world.as(doctor)).ids("Encounter");
});

/** The diagnosis of Alice's visit is not general, as the visit is: the doctor may read it too, and keeps it. */
async function keepDiagnosis() {
  const condition = await world.write(CONDITION, { segment: addiction });
  const given = await world.custody.consent(doctor, { segmentOf: addiction });
  await world.keep(doctor, given.consent, [condition], { segmentOf: addiction });
  expect(await (await world.as(doctor)).ids("Condition")).toHaveLength(1);
  return given;
}

const note = (text = "note") => ({
  resourceType: "Observation",
  status: "final",
  code: { text },
  encounter: { reference: `Encounter/${encounter}` },
});

async function keptAs(id: string): Promise<string | undefined> {
  const rows = await world.node.db.query<{ readonly kind: string }>(
    "select kind from fhir_resources where id = $1",
    [id],
  );
  return rows[0]?.kind;
}

async function saidOf(fhir: TestFhir, id: string): Promise<unknown> {
  const { json } = await fhir.get(`Observation/${id}`);
  return (json.meta as unknown as { readonly security: unknown }).security;
}
const SAYS_GENERAL = [{ system: SEGMENT_SYSTEM, code: "general" }];

it("takes the kind of what its writer may read there, and its label does not say so", async () => {
  const mine = await world.as(doctor);
  const before = await mine.make(note());
  expect(await keptAs(before)).toBe("general");
  await keepDiagnosis();
  const after = await (await world.as(doctor)).make(note());
  expect(await keptAs(after)).toBe("substance-use");
  expect(await saidOf(await world.as(doctor), after)).toEqual(SAYS_GENERAL);
  // Who may not read such things does not see it; who may reads what was written, and no more.
  const restricted = world.fhir.as(OTHERS);
  expect(await restricted.ids("Observation")).toEqual([before]);
  expect((await restricted.get(`Observation/${after}`)).status).toBe(404);
  expect(await saidOf(world.fhir, after)).toEqual(SAYS_GENERAL);
  expect(await world.fhir.ids(`Observation?_security=${SEGMENT_SYSTEM}|substance-use`)).toEqual([]);
  // With the next write of who sees the diagnosis, what was written before follows.
  await (await world.as(doctor)).put(`Observation/${before}`, { ...note("changed"), id: before });
  expect(await keptAs(before)).toBe("substance-use");
});

it("takes nothing of what its writer may not read: neither a refusal nor the label tells", async () => {
  await keepDiagnosis();
  const colleague = await world.doctor("colleague");
  const { consent } = await world.custody.consent(colleague);
  await world.keep(colleague, consent, [await world.write({ ...ENCOUNTER, id: "e2" })]);
  const theirs = await world.as(colleague, {
    own: { ...OTHERS, write: [{ types: "*", kinds: ["general"] }] },
  });
  expect(await theirs.ids("Encounter")).toContain(encounter);
  expect(await theirs.ids("Condition")).toEqual([]);
  expect(await keptAs(await theirs.make(note()))).toBe("general");
  // Who may read the diagnosis and not write such things is refused.
  const writer = await world.as(doctor, { own: { ...FULL, write: [{ types: "*", kinds: ["general"] }] } });
  expect((await writer.post("Observation", note())).status).toBe(403);
  expect(await theirs.ids("Observation")).toHaveLength(1);
});

it("keeps what it took over while it names the Encounter, whoever writes and whatever is purged", async () => {
  const { revocation } = await keepDiagnosis();
  const id = await (await world.as(doctor)).make(note());
  await revoke(world.node, revocation);
  expect(await purgeReceived(world.node)).toBe(1);
  const mine = await world.as(doctor);
  expect((await mine.put(`Observation/${id}`, { ...note("changed"), id })).json.meta.versionId).toBe("2");
  expect(await keptAs(id)).toBe("substance-use");
  expect((await mine.put(`Observation/${id}`, { ...note("changed"), id })).json.meta.versionId).toBe("2");
  const elsewhere = { resourceType: "Observation", status: "final", code: { text: "note" }, id };
  await mine.put(`Observation/${id}`, elsewhere);
  expect(await keptAs(id)).toBe("general");
});

it("is labelled by the organisation's own Encounters besides, and hands nothing on to them", async () => {
  await keepDiagnosis();
  const own = await world.fhir.make({
    resourceType: "Encounter",
    status: "finished",
    class: { code: "AMB" },
  });
  const claim = {
    resourceType: "Claim",
    status: "active",
    type: { text: "professional" },
    use: "claim",
    patient: { display: "Alice" },
    created: "2026-01-01",
    provider: { display: "South" },
    priority: { text: "normal" },
    insurance: [{ sequence: 1, focal: true, coverage: { display: "None" } }],
    item: [encounter, own].map((id, i) => ({
      sequence: i + 1,
      productOrService: { text: "visit" },
      encounter: [{ reference: `Encounter/${id}` }],
    })),
  };
  const bill = await (await world.as(doctor)).make(claim);
  const said = async () =>
    ((await world.fhir.get(`Claim/${bill}`)).json.meta as unknown as { readonly security: unknown }).security;
  expect([await keptAs(bill), await keptAs(own)]).toEqual(["substance-use", "general"]);
  expect(await said()).toEqual(SAYS_GENERAL);
  const anxiety = { coding: [{ system: "http://snomed.info/sct", code: "197480006" }] };
  const condition = await world.fhir.make({
    resourceType: "Condition",
    code: anxiety,
    subject: { display: "Alice" },
    encounter: { reference: `Encounter/${own}` },
  });
  expect(await keptAs(own)).toBe("mental-health");
  expect(await keptAs(bill)).toBe("substance-use");
  expect(await said()).toEqual([{ system: SEGMENT_SYSTEM, code: "mental-health" }]);
  await world.fhir.delete(`Condition/${condition}`);
  expect(await keptAs(bill)).toBe("substance-use");
  expect(await said()).toEqual(SAYS_GENERAL);
});
