import type { Consent, ConsentBody } from "@anamnesis/core/consent/consent";
import { addressOf, publicKeyOf, scalarFromSeed } from "@anamnesis/core/crypto/secp256k1";
import type { ProposalAction } from "@anamnesis/core/ledger/proposal";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { revoke } from "../custody/revoke.ts";
import { followLedger } from "../indexer/followLedger.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { genesisMember, testKeys } from "../indexer/testing/testNode.ts";
import type { TestActor } from "../testing/custodyWorld.ts";
import { membersDecide } from "../testing/membersDecide.ts";
import type { Sealed } from "../testing/sealedRecords.ts";
import { purgeReceived } from "./received/purgeReceived.ts";
import { ReceivedWorld } from "./testing/receivedWorld.ts";

/** Consents that hang on another document: what was kept under them is seen while all of the chain stands, and deleted when it ends. */

beforeAll(startTestDatabase, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const PROXY = scalarFromSeed(new Uint8Array(48).fill(7));

let world: ReceivedWorld;
let doctor: TestActor;
let specialist: TestActor;
let weight: Sealed;
beforeEach(async () => {
  world = await ReceivedWorld.start();
  doctor = await world.doctor("doctor");
  specialist = await world.custody.actor("specialist", "practitioner", "west");
  const resource = { resourceType: "Observation", id: "o1", status: "final", code: { text: "weight" } };
  weight = await world.write(resource);
});

const seen = async (by: TestActor | null = doctor): Promise<number> =>
  (await (await world.as(by)).ids("Observation")).length;
const reasons = async (): Promise<readonly string[]> =>
  (
    await world.node.db.query<{ readonly reason: string }>(
      "select reason from received_purges order by number",
    )
  ).map(({ reason }) => reason);
const KEPT = [{ code: null }];

/** What the patient lets the specialist pass on. */
const passable = () => world.custody.consent(specialist, { actions: ["read", "reshare"] });

function within(parent: Consent): Partial<ConsentBody> {
  const { notBefore, notAfter } = parent.body;
  return { notBefore, notAfter };
}

/** A consent that the specialist passed on to the doctor, under which the record is kept. */
async function passOn(changes: Partial<ConsentBody> = {}) {
  const parent = await passable();
  const own = await world.custody.consent(doctor, { ...within(parent.consent), ...changes });
  const consent = world.custody.signedBy(specialist.secret, own.consent);
  expect(await world.keep(doctor, consent, [weight], { parent: parent.consent })).toMatchObject(KEPT);
  expect(await seen()).toBe(1);
  return { parent, consent, revocation: own.revocation };
}

/** One that somebody signed in the patient's name. */
async function byProxy() {
  const given = await world.custody.delegation(addressOf(publicKeyOf(PROXY)));
  const { notBefore, notAfter } = given.delegation.body;
  const own = await world.custody.consent(doctor, { notBefore, notAfter });
  const consent = world.custody.signedBy(PROXY, own.consent);
  const { delegation } = given;
  expect(await world.keep(doctor, consent, [weight], { delegation })).toMatchObject(KEPT);
  expect(await seen()).toBe(1);
  return { given, own, consent };
}

async function about(type: "suspend" | "reinstate" | "remove", name: string): Promise<void> {
  const action: ProposalAction = { type, organisation: genesisMember(name).organisation };
  await membersDecide(world.custody.ledger, action, "north", "south");
  await world.custody.follow();
}

async function expectDeleted(reason: string): Promise<void> {
  expect(await seen()).toBe(0);
  expect(await purgeReceived(world.node)).toBe(1);
  expect(await reasons()).toEqual([reason]);
  for (const table of ["fhir_resources", "received_records", "received_authorities"])
    expect(await world.node.db.query(`select 1 from ${table}`)).toEqual([]);
}

describe("what is kept under a consent that was passed on", () => {
  it("ends with the consent from which it was passed on, and with its own", async () => {
    const { parent } = await passOn();
    expect(await purgeReceived(world.node)).toBe(0);
    await revoke(world.node, parent.revocation);
    await expectDeleted("revoked");
    const again = await passOn();
    await revoke(world.node, again.revocation);
    expect(await purgeReceived(world.node)).toBe(1);
  });

  it("is not taken without the document on which it hangs, nor under one that passes nothing on", async () => {
    const parent = await passable();
    const onlyRead = await world.custody.consent(specialist);
    const own = await world.custody.consent(doctor, within(parent.consent));
    const consent = world.custody.signedBy(specialist.secret, own.consent);
    expect(await codeOf(world.keep(doctor, consent, [weight]))).toBe("not-found");
    expect(await codeOf(world.keep(doctor, consent, [weight], { parent: onlyRead.consent }))).toBe(
      "not-found",
    );
    expect(await seen()).toBe(0);
  });

  it("is hidden while the organisation of who passed it on is suspended, and ends when it is removed", async () => {
    await passOn();
    await about("suspend", "west");
    expect(await seen()).toBe(0);
    expect(await purgeReceived(world.node)).toBe(0);
    await about("reinstate", "west");
    expect(await seen()).toBe(1);
    await about("remove", "west");
    await expectDeleted("not-resharer");
  });

  it("ends when who passed it on leaves", async () => {
    await passOn();
    await world.custody.setActor(specialist, "west", { active: false, version: 2 });
    await expectDeleted("not-resharer");
  });

  it("ends during a suspension too, when the patient revokes or the time is over", async () => {
    const { parent } = await passOn();
    await about("suspend", "west");
    await revoke(world.node, parent.revocation);
    await expectDeleted("revoked");
    await about("reinstate", "west");
    await passOn();
    await about("suspend", "west");
    world.custody.clock.time += 86_401;
    await world.custody.follow();
    expect(await seen()).toBe(0);
    expect(await purgeReceived(world.node)).toBe(1);
    expect(await reasons()).toEqual(["revoked", "expired"]);
  });

  it("stays as long as one of the documents on which it hangs does", async () => {
    const { parent, consent } = await passOn();
    const other = await world.custody.consent(specialist, {
      actions: ["read", "reshare"],
      ...within(parent.consent),
    });
    expect(await world.keep(doctor, consent, [weight], { parent: other.consent })).toMatchObject(KEPT);
    await revoke(world.node, other.revocation);
    expect(await seen()).toBe(1);
    expect(await purgeReceived(world.node)).toBe(0);
    expect(await seen()).toBe(1);
    await revoke(world.node, parent.revocation);
    await expectDeleted("revoked");
  });
});

describe("what is kept under a consent that a proxy signed", () => {
  it("ends with the proxy's delegation", async () => {
    const { given } = await byProxy();
    expect(await purgeReceived(world.node)).toBe(0);
    await revoke(world.node, given.revocation);
    await expectDeleted("revoked");
  });

  it("stays when the patient signed the same consent, and ends with that", async () => {
    const { given, own } = await byProxy();
    expect(await world.keep(doctor, own.consent, [weight])).toMatchObject(KEPT);
    await revoke(world.node, given.revocation);
    expect(await purgeReceived(world.node)).toBe(0);
    expect(await seen()).toBe(1);
    await revoke(world.node, own.revocation);
    await expectDeleted("revoked");
  });
});

describe("what is kept under a consent to the organisation", () => {
  const toSouth = { grantee: genesisMember("south").organisation, granteeKeys: testKeys("south").cardDigest };

  it("stays when who showed it leaves, for all others", async () => {
    const { consent, revocation } = await world.custody.consent(doctor, toSouth);
    expect(await world.keep(doctor, consent, [weight])).toMatchObject(KEPT);
    const colleague = await world.doctor("colleague");
    await world.custody.setActor(doctor, "south", { active: false, version: 2 });
    expect(await purgeReceived(world.node)).toBe(0);
    expect([await seen(), await seen(colleague), await seen(null)]).toEqual([0, 1, 1]);
    await revoke(world.node, revocation);
    expect(await purgeReceived(world.node)).toBe(1);
    expect(await seen(colleague)).toBe(0);
  });

  it("is seen by everybody there under the chain that stands, whoever showed which", async () => {
    const { parent, consent } = await passOn(toSouth);
    const colleague = await world.doctor("colleague");
    const other = await world.custody.consent(specialist, {
      actions: ["read", "reshare"],
      ...within(parent.consent),
    });
    expect(await world.keep(colleague, consent, [weight], { parent: other.consent })).toMatchObject(KEPT);
    await revoke(world.node, parent.revocation);
    expect([await seen(), await seen(colleague), await seen(null)]).toEqual([1, 1, 1]);
    expect(await purgeReceived(world.node)).toBe(0);
    await revoke(world.node, other.revocation);
    await expectDeleted("revoked");
  });
});

it("a consent whose registration the ledger took back ends with its time", async () => {
  const { consent } = await world.custody.consent(doctor);
  expect(await world.keep(doctor, consent, [weight])).toMatchObject(KEPT);
  world.custody.ledger.reorganise(1);
  await followLedger(world.node, world.node.copy);
  await world.custody.follow();
  expect(await purgeReceived(world.node)).toBe(0);
  world.custody.clock.time += 86_401;
  await world.custody.follow();
  await expectDeleted("expired");
});
