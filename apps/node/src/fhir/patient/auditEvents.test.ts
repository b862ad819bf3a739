import { toBase64 } from "@anamnesis/core/audit/checkpointKey";
import { validateResource } from "@anamnesis/fhir-server/validate/validateResource";
import { type FhirAccessLog, fhirAccessLog } from "@anamnesis/sdk/fhirAccessLog";
import { granteeOf, grantConsent } from "@anamnesis/sdk/grant";
import type { ActorKeys } from "@anamnesis/sdk/keys/actorKeys";
import { actorOf } from "@anamnesis/sdk/keys/actorKeys";
import { admission, permitOrganisation } from "@anamnesis/sdk/permit";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import { bindPatient } from "../seal/bindPatient.ts";
import { sealPass } from "../seal/sealPass.ts";
import { PatientWorld, type TestPatient } from "./testing/patientWorld.ts";

let world: PatientWorld;
let alice: TestPatient;
let doctor: ActorKeys;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await PatientWorld.start();
  alice = await world.enrol();
  doctor = await world.actor("Dr. Ada", "practitioner");
  const device = await world.actor("Importer", "device");
  await world.seal(alice, device, "one");
  const { runtime, consortium } = world;
  const { keys } = await grantConsent({
    runtime,
    consortium,
    ...alice,
    kinds: ["general"],
    grantee: granteeOf(doctor.card),
    resourceTypes: ["*"],
    purposes: ["TREAT"],
    notAfter: world.in(86_400),
  });
  alice.keys = keys;
}, 60_000);
afterEach(async () => {
  await world.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

type Change = (
  entity: { detail: { type: string; valueBase64Binary: string }[] },
  event: { id: string },
) => void;

/** @param change what somebody on the way does to each receipt. */
async function log(
  patient: TestPatient,
  token: string,
  change: Change | null = null,
): Promise<FhirAccessLog> {
  const { consortium, url, north } = world;
  const fetchAltered: typeof world.runtime.fetch = async (to, init) => {
    const answer = await globalThis.fetch(to, init);
    const bundle = (await answer.json()) as { entry?: { resource: never }[] };
    for (const { resource } of bundle.entry ?? []) {
      const event = resource as { id: string; entity: never[] };
      if (event.id.startsWith("receipt-")) change?.(event.entity[1] as never, event);
    }
    return new Response(JSON.stringify(bundle), { status: answer.status });
  };
  return fhirAccessLog({
    runtime: { fetch: change === null ? world.runtime.fetch : fetchAltered },
    consortium,
    keys: patient.keys,
    server: { endpoint: url, organisation: north.organisation, token },
  });
}

async function doctorOpens(times = 1): Promise<void> {
  const [access] = await world.accesses(doctor);
  for (let i = 0; i < times; i++) {
    world.custody.clock.time++;
    expect((await world.open(access as never)).opened.length).toBe(1);
  }
}

describe("the patient's access log over FHIR", () => {
  it("has every release with its receipt, which opens and verifies", async () => {
    await doctorOpens(3);
    const token = await world.logIn(alice);
    const { accesses, events, findings } = await log(alice, token);
    expect([events, findings]).toEqual([[], []]);
    expect(accesses.length).toBe(3);
    for (const { kind, entry } of accesses) {
      expect([kind, entry.requester?.actor, entry.purpose]).toEqual(["general", actorOf(doctor), "TREAT"]);
      expect(entry.records.map(({ outcome }) => outcome)).toEqual(["released"]);
    }
    // Page by page it is the same, one by one too, and each is valid R4.
    const ids: string[] = [];
    let next: string | undefined = "AuditEvent?_count=1";
    while (next !== undefined) {
      const { json } = await world.send(token, "GET", next);
      for (const { resource } of json.entry ?? []) ids.push(resource.id);
      next = json.link.find(({ relation }) => relation === "next")?.url.split("/fhir/")[1];
    }
    expect(ids).toEqual(accesses.map(({ index }) => `receipt-${index}`));
    for (const id of ids) {
      const { status, json } = await world.send(token, "GET", `AuditEvent/${id}`);
      expect([status, json.id]).toEqual([200, id]);
      const issues = validateResource(json as never).filter(({ severity }) => severity === "error");
      expect(issues).toEqual([]);
    }
  });

  it.each<[string, string, Change]>([
    ["a sealed entry", "hpke-open", ({ detail }) => flip(detail, "sealed-receipt")],
    ["a commitment", "hpke-open", ({ detail }) => flip(detail, "commitment")],
    [
      "a place in the log",
      "bad-proof",
      ({ detail }) => edit(detail, (text) => text.replace(/^index \d+$/m, "index 77")),
    ],
    [
      "a head",
      "bad-checkpoint-signature",
      ({ detail }) => edit(detail, (text) => text.replace(/(\n\n[^\n]+\n)\d+\n/, "$199\n")),
    ],
    ["a name", "bad-proof", (_entity, event) => void (event.id = "receipt-77")],
    ["that there is a receipt at all", "bad-proof", ({ detail }) => void detail.splice(0)],
  ])("shows when somebody altered %s", async (_what, code, change) => {
    await doctorOpens();
    const { accesses, findings } = await log(alice, await world.logIn(alice), change);
    expect([accesses, findings.map((finding) => finding.code)]).toEqual([[], [code]]);
  });

  it("is the patient's own: another one, and one kind's program, see nothing of it", async () => {
    await doctorOpens();
    const mallory = await world.enrol();
    const own = await world.logIn(alice);
    const [{ index } = { index: 0 }] = (await log(alice, own)).accesses;
    for (const token of [await world.logIn(mallory), await world.logIn(alice, { kinds: ["violence"] })]) {
      const { status, json } = await world.send(token, "GET", "AuditEvent");
      expect([status, json.total, json.entry]).toEqual([200, 0, undefined]);
      expect((await world.send(token, "GET", `AuditEvent/receipt-${index}`)).status).toBe(404);
    }
    expect((await world.send(own, "GET", `AuditEvent/receipt-${index}`)).status).toBe(200);
    expect((await world.send(own, "GET", "AuditEvent?patient=x")).status).toBe(400);
  });

  it("has what the organisation's own people did with the Patient whose segments these are, without others' names", async () => {
    const staff = await world.staffToken();
    const post = async (resource: {
      readonly resourceType: string;
      readonly [name: string]: unknown;
    }): Promise<string> => (await world.send(staff, "POST", resource.resourceType, resource)).json.id;
    const patient = await post({ resourceType: "Patient", name: [{ family: "Liddell" }] });
    const other = await post({ resourceType: "Patient", name: [{ family: "Hatter" }] });
    const { north, consortium, custody } = world;
    const { organisation } = north;
    const given = await permitOrganisation({
      keys: alice.keys,
      identity: consortium.identity,
      organisation,
      notAfter: world.in(86_400),
      random: custody.random,
    });
    await bindPatient(north, patient, admission.encode(given), false);
    await sealPass(north);
    await world.send(staff, "GET", `Patient/${patient}`);
    await world.send(staff, "GET", "Patient?family=Liddell,Hatter");
    await world.send(staff, "GET", `Patient/${other}`);

    expect((await log(alice, await world.logIn(alice))).events).toEqual([]);
    const all = await world.logIn(alice, { kinds: SEGMENT_KINDS });
    const { events, findings } = await log(alice, all);
    expect(findings).toEqual([]);
    expect(events.map((event) => (event["subtype"] as { code: string }[]).at(-1)?.code)).toEqual([
      "create",
      "read",
      "search-type",
    ]);
    const text = JSON.stringify(events);
    expect(text).toContain(`Patient/${patient}`);
    expect(text).not.toContain(other);
    expect(text).not.toContain('127.0.0.1"');
    expect(text).not.toContain(toBase64(new TextEncoder().encode("Patient?family=Liddell,Hatter")));
    const id = String(events[0]?.["id"]);
    expect((await world.send(all, "GET", `AuditEvent/${id}`)).status).toBe(200);
    const mallory = await world.logIn(await world.enrol(), { kinds: SEGMENT_KINDS });
    expect((await world.send(mallory, "GET", `AuditEvent/${id}`)).status).toBe(404);
    expect((await world.send(mallory, "GET", "AuditEvent")).json.total).toBe(0);
  });
});

function flip(detail: { type: string; valueBase64Binary: string }[], type: string): void {
  const found = detail.find((one) => one.type === type);
  if (found === undefined) throw new RangeError("no such detail");
  const bytes = Buffer.from(found.valueBase64Binary, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  found.valueBase64Binary = bytes.toString("base64");
}

function edit(detail: { type: string; valueBase64Binary: string }[], change: (text: string) => string): void {
  const found = detail.find((one) => one.type === "tlog-proof");
  if (found === undefined) throw new RangeError("no such detail");
  const text = Buffer.from(found.valueBase64Binary, "base64").toString("utf8");
  found.valueBase64Binary = Buffer.from(change(text)).toString("base64");
}
