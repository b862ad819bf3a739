import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { parseDay, parseUnixSeconds, type RecordId } from "@anamnesis/core/ids";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import { recordUri } from "@anamnesis/fhir-server/resource/receivedForm";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { revoke } from "../custody/revoke.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { dyingDatabase, genesisMember, testKeys } from "../indexer/testing/testNode.ts";
import type { TestActor } from "../testing/custodyWorld.ts";
import type { Sealed } from "../testing/sealedRecords.ts";
import { purgeReceived } from "./received/purgeReceived.ts";
import { ReceivedWorld } from "./testing/receivedWorld.ts";
import { FULL, type FhirJson } from "./testing/testFhir.ts";

let world: ReceivedWorld;
let doctor: TestActor;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await ReceivedWorld.start();
  doctor = await world.doctor("doctor");
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const PATIENT = {
  resourceType: "Patient",
  id: "p1",
  identifier: [{ system: "urn:north:patients", value: "4711" }],
  name: [{ family: "Northman" }],
};
const CODE = { coding: [{ system: "http://loinc.org", code: "29463-7" }] };
const WEIGHT = {
  resourceType: "Observation",
  id: "o1",
  status: "final",
  code: CODE,
  subject: { reference: "Patient/p1" },
  performer: [{ reference: "Practitioner/never-received", display: "Dr. North" }],
  hasMember: [{ reference: "https://elsewhere.test/fhir/Observation/1" }],
  effectiveDateTime: "2020-05-01",
};

/** Patient and weight, opened and kept under a consent of their own. */
async function keepBoth() {
  const patient = await world.write(PATIENT);
  const weight = await world.write(WEIGHT);
  const given = await world.custody.consent(doctor);
  const kept = await world.keep(doctor, given.consent, [weight, patient]);
  expect(kept).toEqual([weight, patient].map(({ record }) => ({ record, code: null })));
  return { patient, weight, ...given };
}

const rowsIn = async (table: string): Promise<number> => {
  const [row] = await world.node.db.query<{ readonly n: number }>(`select count(*)::int as n from ${table}`);
  return row?.n ?? -1;
};
const TABLES = [
  "fhir_resources fhir_versions fhir_tokens fhir_strings fhir_dates fhir_numbers fhir_references fhir_uris fhir_links fhir_texts fhir_positions",
  "received_authorities received_records",
].flatMap((names) => names.split(" "));

async function expectNothingLeft(): Promise<void> {
  for (const table of TABLES) expect(`${table} ${await rowsIn(table)}`).toBe(`${table} 0`);
}

const purges = (): Promise<readonly { readonly record: RecordId; readonly reason: string }[]> =>
  world.node.db.query("select record, consent, reason, purged_at from received_purges order by number");

async function submit(
  intent: Intent,
  ...signers: readonly ((digest: Uint8Array) => Uint8Array)[]
): Promise<void> {
  const digest = intentDigest(TEST_IDENTITY, intent);
  const { outcomes } = await world.custody.ledger
    .connect()
    .submit([{ intent, signatures: signers.map((signer) => signer(digest)) }]);
  expect(outcomes).toEqual([{ status: "applied" }]);
  await world.custody.follow();
}
const memberSigns = (name: string) => (digest: Uint8Array) => testKeys(name).signDigest(digest);

describe("records that were opened under a consent", () => {
  it("stand in the same searches as the organisation's own, with their origin and their links", async () => {
    const { patient, weight } = await keepBoth();
    const own = await world.fhir.make({ resourceType: "Observation", status: "final", code: CODE });
    const fhir = await world.as(doctor);
    const { json } = await fhir.get(
      "Observation?code=29463-7&_include=Observation:subject&_sort=_lastUpdated",
    );
    const found = (json.entry ?? []).map(({ resource }) => resource);
    const [received] = found.filter(
      ({ meta }) => "source" in meta && meta.source === recordUri(weight.record),
    );
    const [subject] = found.filter(({ resourceType }) => resourceType === "Patient");
    expect(found.map(({ id }) => id)).toContain(own);
    expect(received).toMatchObject({
      meta: {
        versionId: "1",
        source: recordUri(weight.record),
        security: [{ code: "NORDSCLCDS" }],
        tag: [
          { system: "urn:anamnesis:origin", code: "received" },
          { system: "urn:anamnesis:organisation", code: world.author.organisation },
        ],
      },
      subject: { reference: `Patient/${subject?.id}` },
      hasMember: WEIGHT.hasMember,
      effectiveDateTime: "2020-05-01",
    });
    // What it refers to was not received: nothing is said of it.
    expect(received).not.toHaveProperty("performer");
    expect(subject).toMatchObject({
      identifier: PATIENT.identifier,
      meta: { source: recordUri(patient.record) },
    });
    expect(received?.id).not.toBe("o1");
    expect(await fhir.ids(`Patient/${subject?.id}/Observation`)).toEqual([received?.id]);
    expect(await fhir.ids("Observation?_tag=urn:anamnesis:origin|received")).toEqual([received?.id]);
    expect(await fhir.ids(`Observation?_source=${recordUri(weight.record)}`)).toEqual([received?.id]);
    expect(await fhir.ids("Observation?subject:Patient.family=northman")).toEqual([received?.id]);
  });

  it("change nothing when they are given again, and are one resource under two consents", async () => {
    const { patient, weight, consent } = await keepBoth();
    const before = await (await world.as(doctor)).get("_history");
    const authorities = await world.node.db.query("select * from received_authorities");
    world.custody.clock.time += 10;
    await world.custody.follow();
    await world.keep(doctor, consent, [patient, weight]);
    expect(await (await world.as(doctor)).get("_history")).toEqual(before);
    expect(await world.node.db.query("select * from received_authorities")).toEqual(authorities);
    const second = await world.custody.consent(doctor);
    await world.keep(doctor, second.consent, [weight]);
    expect(await (await world.as(doctor)).get("_history")).toEqual(before);
    expect(await rowsIn("received_authorities")).toBe(2);
  });

  it("keep their ids when they were purged and come again", async () => {
    const { weight, revocation } = await keepBoth();
    const ids = await (await world.as(doctor)).ids("Observation");
    await revoke(world.node, revocation);
    await purgeReceived(world.node);
    const { consent } = await world.custody.consent(doctor);
    await world.keep(doctor, consent, [weight]);
    expect(await (await world.as(doctor)).ids("Observation")).toEqual(ids);
  });

  it("are two resources when they are two versions of one; what refers to it leads to the first that came", async () => {
    const first = await world.write(PATIENT);
    const second = await world.write({ ...PATIENT, birthDate: "1950-01-01" }, { version: "2" });
    const weight = await world.write(WEIGHT);
    const { consent } = await world.custody.consent(doctor);
    await world.keep(doctor, consent, [first, second, weight]);
    const fhir = await world.as(doctor);
    const [led] = await fhir.ids(`Patient?_source=${recordUri(first.record)}`);
    expect(await fhir.ids("Patient?family=northman")).toHaveLength(2);
    expect(await fhir.ids(`Observation?patient=${led}`)).toHaveLength(1);
  });

  it("lead to each other whatever their segment and order, but for what belongs to no patient", async () => {
    const mental = await world.newSegment("alice", "mental-health");
    const practitioner = { resourceType: "Practitioner", id: "dr", name: [{ family: "North" }] };
    const condition = {
      resourceType: "Condition",
      id: "c1",
      subject: { reference: "Patient/p1" },
      asserter: { reference: "Practitioner/dr" },
    };
    const [patient, doctorNorth] = [await world.write(PATIENT), await world.write(practitioner)];
    const sealed = await world.write(condition, { segment: mental });
    const there = await world.custody.consent(doctor, { segmentOf: mental });
    const here = await world.custody.consent(doctor);
    await world.keep(doctor, there.consent, [sealed], { segmentOf: mental });
    expect((await (await world.as(doctor)).get("Condition")).json.entry?.[0]?.resource).not.toHaveProperty(
      "subject.reference",
    );
    await world.keep(doctor, here.consent, [patient, doctorNorth]);
    const fhir = await world.as(doctor);
    expect(await fhir.ids("Condition?subject:Patient.family=northman")).toHaveLength(1);
    expect(await fhir.ids("Condition?asserter:Practitioner.family=north")).toHaveLength(0);
  });

  it("cannot be written by anybody", async () => {
    await keepBoth();
    const fhir = await world.as(doctor);
    const { json } = await fhir.get("Observation");
    const resource = json.entry?.[0]?.resource as FhirJson;
    const url = `Observation/${resource.id}`;
    expect((await fhir.put(url, { ...resource, status: "amended" })).status).toBe(403);
    expect((await fhir.patch(url, [{ op: "replace", path: "/status", value: "amended" }])).status).toBe(403);
    expect((await fhir.delete(url)).status).toBe(403);
    expect((await fhir.delete("Observation?code=29463-7")).status).toBe(403);
    expect((await fhir.put("Observation?code=29463-7", { ...WEIGHT, id: resource.id })).status).toBe(403);
    expect((await fhir.get(url)).json).toEqual(resource);
    // A tag that a client sends makes nothing received.
    const posed = await fhir.post("Observation", { ...resource, id: undefined, subject: undefined });
    expect(posed.status).toBe(201);
    expect(await rowsIn("fhir_resources where origin = 'received'")).toBe(2);
  });
});

describe("what somebody gives is not believed", () => {
  let weight: Sealed;
  beforeEach(async () => {
    weight = await world.write(WEIGHT);
  });

  it("another key, other attributes, another header, somebody else's permit", async () => {
    const { consent } = await world.custody.consent(doctor);
    const item = await world.itemOf(weight);
    const codes = async (changes: Partial<typeof item>): Promise<readonly (string | null)[]> =>
      (await world.keep(doctor, consent, [], { records: [{ ...item, ...changes }] })).map(({ code }) => code);
    const other = await world.itemOf(await world.write(PATIENT));
    expect(await codes({ k1: other.k1 })).toEqual(["key-mismatch"]);
    expect(await codes({ G: other.G })).toEqual(["key-mismatch"]);
    expect(await codes({ attributes: { ...item.attributes, resourceType: "Patient" } })).toEqual([
      "attributes-mismatch",
    ]);
    expect(await codes({ header: other.header })).toEqual(["not-anchored"]);
    const { body } = item.header;
    expect(await codes({ header: { ...item.header, body: { ...body, contentBytes: 7 } } })).toEqual([
      "bad-header",
    ]);
    const kept = await world.keep(doctor, consent, [weight], { permits: [] });
    expect(kept).toEqual([{ record: weight.record, code: "no-permit" }]);
    expect(await rowsIn("fhir_resources")).toBe(0);
    expect(await rowsIn("received_authorities")).toBe(0);
  });

  it("contents that are not valid R4", async () => {
    const { consent } = await world.custody.consent(doctor);
    const broken = await world.write({ ...WEIGHT, status: "no such status" });
    const [result] = await world.keep(doctor, consent, [broken]);
    expect(result?.code).toBe("fhir-invalid");
    expect(await rowsIn("fhir_resources")).toBe(0);
  });

  it("nobody keeps without a live consent to this person", async () => {
    const stranger = await world.doctor("stranger");
    const { consent, revocation } = await world.custody.consent(doctor);
    const keep = (...args: Parameters<ReceivedWorld["keep"]>) => codeOf(world.keep(...args));
    expect(await keep(doctor, null, [weight])).toBe("not-found");
    expect(await keep(stranger, consent, [weight])).toBe("not-found");
    expect(await keep(doctor, consent, [weight], { purpose: "HRESCH" })).toBe("not-found");
    const unknown = await world.custody.unregistered("nobody", "practitioner");
    expect(await keep(unknown, consent, [weight])).toBe("not-authorised");
    const foreign = await world.custody.actor("foreign", "practitioner", "north");
    expect(await keep(foreign, consent, [weight])).toBe("not-authorised");
    await revoke(world.node, revocation);
    expect(await keep(doctor, consent, [weight])).toBe("not-found");
    expect(await rowsIn("fhir_resources")).toBe(0);
  });

  it("a consent that covers a part lets a part in", async () => {
    const patient = await world.write(PATIENT);
    const { consent } = await world.custody.consent(doctor, { resourceTypes: ["Patient"] });
    expect((await world.keep(doctor, consent, [weight, patient])).map(({ code }) => code)).toEqual([
      "resource-type",
      null,
    ]);
    expect(await (await world.as(doctor)).ids("Patient")).toHaveLength(1);
  });
});

describe("who sees what was kept", () => {
  it("a consent to the organisation is everybody's there, and its own system's; one to a person is that person's", async () => {
    const { weight } = await keepBoth();
    const colleague = await world.doctor("colleague");
    const count = async (...of: Parameters<ReceivedWorld["as"]>) =>
      (await (await world.as(...of)).ids("Observation")).length;
    expect(await count(doctor)).toBe(1);
    expect(await count(doctor, { purpose: "HRESCH" })).toBe(0);
    expect([await count(colleague), await count(null)]).toEqual([0, 0]);
    const organisation = genesisMember("south").organisation;
    const { consent } = await world.custody.consent(doctor, {
      grantee: organisation,
      granteeKeys: testKeys("south").cardDigest,
    });
    await world.keep(doctor, consent, [weight]);
    expect([await count(colleague), await count(null)]).toEqual([1, 1]);
  });

  it("nobody while the copy of the ledger is stale or not complete", async () => {
    await keepBoth();
    world.custody.clock.time += 121;
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(0);
    await world.custody.follow();
    expect(await world.limits(doctor)).toHaveLength(1);
    world.node.copy.forgetHead();
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(0);
    await world.custody.follow();
    expect(await world.limits(doctor)).toHaveLength(1);
  });

  it("nobody who is not active any more", async () => {
    await keepBoth();
    await world.custody.setActor(doctor, "south", { active: false, version: 2 });
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(2);
    expect(await purges()).toMatchObject([{ reason: "unknown-requester" }, { reason: "unknown-requester" }]);
  });
});

describe("what ends", () => {
  it("is hidden at once and then deleted whole: revoked", async () => {
    const { patient, weight, id, revocation } = await keepBoth();
    await revoke(world.node, revocation);
    expect(await world.limits(doctor)).toEqual([]);
    expect(await rowsIn("fhir_resources")).toBe(2);
    expect(await purgeReceived(world.node)).toBe(2);
    await expectNothingLeft();
    expect(await purges()).toEqual(
      [weight, patient].map(({ record }) => ({
        record,
        consent: id,
        reason: "revoked",
        purged_at: world.custody.clock.time,
      })),
    );
    expect(world.node.log.events).toContain("received-purged");
    expect(await purgeReceived(world.node)).toBe(0);
    expect(await purges()).toHaveLength(2);
  });

  it("expired", async () => {
    await keepBoth();
    world.custody.clock.time += 86_401;
    await world.custody.follow();
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(2);
    await expectNothingLeft();
  });

  it("erased, for the ledger's word and for a request that is stored", async () => {
    const { weight } = await keepBoth();
    const custodians = ["north", "south"].map((name) => genesisMember(name).organisation);
    await submit(
      { type: "EraseRecord", record: weight.record, shown: { custodians } },
      memberSigns("north"),
      memberSigns("south"),
    );
    const fhir = await world.as(doctor);
    expect(await fhir.ids("Observation")).toEqual([]);
    expect(await fhir.ids("Patient")).toHaveLength(1);
    expect((await fhir.get("_history")).json.entry).toHaveLength(1);
    expect(await purgeReceived(world.node)).toBe(1);
    expect(await purges()).toMatchObject([{ record: weight.record, reason: "erased" }]);
    expect(await fhir.ids("Patient")).toHaveLength(1);
  });

  it("taken back by its author, and by nobody else", async () => {
    const { weight } = await keepBoth();
    const item = await world.itemOf(weight);
    const { sequence, index, path } = item.anchor;
    const batch = await world.node.copy.batch(world.author.organisation, sequence);
    if (batch === null) throw new TypeError("not anchored");
    const { root, count, manifest } = batch;
    const inclusion = { sequence, root, count, manifest, index, path: path.map((hash) => toHex(hash)) };
    const { organisation } = world.author;
    await submit(
      {
        type: "RetractRecord",
        organisation,
        record: weight.record,
        shown: { label: weight.label, inclusion },
      },
      memberSigns("north"),
    );
    expect(await (await world.as(doctor)).ids("Observation")).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(1);
    expect(await purges()).toMatchObject([{ record: weight.record, reason: "retracted" }]);
    const { consent } = await world.custody.consent(doctor);
    expect(await world.keep(doctor, consent, [weight])).toMatchObject([{ code: "retracted" }]);
  });

  it("the segment has another owner", async () => {
    await keepBoth();
    const { segment } = world;
    const seed = seededRandom("patient/alice")(32);
    const [next, later] = [1, 2].map((generation) => ownerKeyOf(rootOfSeed(seed, generation), "general"));
    if (next === undefined || later === undefined) throw new TypeError("no keys");
    const { owner, nextOwner, kind, kindSalt } = segment.opening;
    await submit(
      {
        type: "RotateOwner",
        segment: segment.id,
        generation: 1,
        newOwner: next.address,
        newNextOwner: nextOwnerDigest(later.publicKey),
        shown: {
          publicKey: toHex(next.publicKey),
          opening: { owner, nextOwner, kind: kindCommitment(kind, kindSalt) },
        },
      },
      (digest) => sign(digest, next.secret),
    );
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(2);
    await expectNothingLeft();
    expect(await purges()).toMatchObject([{ reason: "owner-rotated" }, { reason: "owner-rotated" }]);
  });

  it("stays as long as another consent covers it, for whom that one is", async () => {
    const { weight, patient, revocation } = await keepBoth();
    const colleague = await world.doctor("colleague");
    const other = await world.custody.consent(colleague, { resourceTypes: ["Observation"] });
    await world.keep(colleague, other.consent, [weight]);
    await revoke(world.node, revocation);
    expect(await purgeReceived(world.node)).toBe(1);
    expect(await purges()).toMatchObject([{ record: patient.record }]);
    expect(await world.limits(doctor)).toEqual([]);
    expect(await (await world.as(colleague)).ids("Observation")).toHaveLength(1);
    await revoke(world.node, other.revocation);
    expect(await purgeReceived(world.node)).toBe(1);
    await expectNothingLeft();
    expect(await purges()).toMatchObject([{}, { record: weight.record, consent: other.id }]);
  });

  it("is hidden and not deleted when the ledger takes a registration back", async () => {
    const patient = await world.write(PATIENT);
    const { consent } = await world.custody.consent(doctor);
    await world.keep(doctor, consent, [patient]);
    world.custody.ledger.reorganise(1);
    await followLedger(world.node, world.node.copy);
    await world.custody.follow();
    expect(await world.limits(doctor)).toEqual([]);
    expect(await purgeReceived(world.node)).toBe(0);
    await world.custody.register(consent);
    expect(await (await world.as(doctor)).ids("Patient")).toHaveLength(1);
  });
});

it("a part of what was kept is seen under a consent to a part", async () => {
  await keepBoth();
  const colleague = await world.doctor("colleague");
  const late = await world.write({ ...WEIGHT, id: "o2", effectiveDateTime: "2021-05-01" });
  const { consent } = await world.custody.consent(colleague, {
    dataFrom: parseDay(18_628),
    notAfter: parseUnixSeconds(world.custody.clock.time + 500),
  });
  await world.keep(colleague, consent, [late]);
  expect(await (await world.as(colleague)).ids("Observation")).toHaveLength(1);
  expect(await (await world.as(doctor)).ids("Observation")).toHaveLength(2);
  expect(FULL.readReceived).toEqual([]);
});

describe("a node that ends while it keeps or purges", () => {
  const isWhole = async (): Promise<void> => {
    const [resources, records, authorities] = [
      await rowsIn("fhir_resources"),
      await rowsIn("received_records"),
      await rowsIn("received_authorities"),
    ];
    expect([resources, records, authorities]).toEqual(resources === 0 ? [0, 0, 0] : [1, 1, 1]);
  };

  it("has all of it or nothing, at whatever statement it ends, and the same again completes it", async () => {
    const weight = await world.write(WEIGHT);
    const { consent, revocation } = await world.custody.consent(doctor);
    const item = await world.itemOf(weight);
    const whole = world.node;
    let killed = 0;
    for (let at = 1; ; at++) {
      const { db, statements } = dyingDatabase(whole.db, at);
      const ended = await codeOf(
        world.keep(doctor, consent, [], { records: [item], at: { ...whole, db, copy: whole.copy } }),
      );
      await isWhole();
      if (ended === "no error" && statements() < at) break;
      expect(ended).toBe("killed");
      killed++;
    }
    expect(await rowsIn("fhir_resources")).toBe(1);
    await revoke(whole, revocation);
    for (let at = 1; ; at++) {
      const { db, statements } = dyingDatabase(whole.db, at);
      const ended = await codeOf(purgeReceived({ ...whole, db }));
      await isWhole();
      if (ended === "no error" && statements() < at) break;
      expect(ended).toBe("killed");
      killed++;
    }
    await expectNothingLeft();
    expect(await purges()).toHaveLength(1);
    expect(killed).toBeGreaterThan(20);
  });
});
