import { toHex } from "@anamnesis/core/encoding/bytes";
import { combine } from "@anamnesis/core/crypto/combine";
import type { Hex, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { successorOf } from "@anamnesis/core/record/amendment";
import { proofOfOpening } from "@anamnesis/core/record/openContent";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { release } from "../custody/release.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { outboxOf } from "../indexer/testing/ledgerFixture.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { enqueueRecordWishes } from "../records/enqueueRecordWishes.ts";
import { putRecords } from "../records/putRecords.ts";
import { retractRecord } from "../records/retractRecord.ts";
import { membersDecide } from "../testing/membersDecide.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { anchor, batchOf, itemOf, seal, type Sealed, written, wrapOf } from "../testing/sealedRecords.ts";
import { endorsementQueue } from "./endorsementQueue.ts";
import { endorseRecord } from "./endorseRecord.ts";

let world: CustodyWorld;
let north: TestNode;
let south: TestNode;
let doctor: TestActor;
let doctorKey: Hex;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await CustodyWorld.start("north", "south");
  [north, south] = world.nodes as [TestNode, TestNode];
  doctor = await world.actor("doctor", "practitioner");
  doctorKey = toHex(doctor.card.ed25519);
  await keepKeyCard(south.db, doctor.card);
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const both = () => ({ threshold: 2, organisations: [north.organisation, south.organisation] });

async function named(): Promise<Sealed> {
  const sealed = await written(world, north, { endorsers: both() });
  expect(await enqueueRecordWishes(north)).toBe(1);
  await settle(north);
  return sealed;
}

async function settle(node: TestNode): Promise<void> {
  // What waits for something of the same submission goes with the next one.
  for (let i = 0; i < 2; i++) {
    await sendOutbox(node);
    await world.follow();
  }
}

/** Opens a record as the doctor does, under the patient's consent: what proves that both locks were open. */
async function opensIt(sealed: Sealed): Promise<Uint8Array> {
  const { consent } = await world.consent(doctor);
  const parts = {
    requester: doctor.requester,
    consent,
    records: [await itemOf(south, sealed, world.segment)],
  };
  const request = await world.request(parts, doctor.secret);
  const shares = [];
  for (const node of [north, south]) {
    const { body } = await opened(await release(node, world.services(), request));
    shares.push({ index: body.index, point: body.shares[0] as Uint8Array });
  }
  const { k1 } = await wrapOf(sealed, world.segment);
  return proofOfOpening(sealed.header.body, k1, combine({ threshold: 2, shares }));
}

describe("a record that others have to co-sign", () => {
  it("is named on the ledger by its author's node once it is anchored, once, and signed by it if it is its own endorser", async () => {
    const sealed = await seal(world, north, { endorsers: both() });
    await putRecords(north, batchOf(sealed));
    expect(await enqueueRecordWishes(north)).toBe(0);
    await anchor(world, north);
    expect(await enqueueRecordWishes(north)).toBe(1);
    expect(await enqueueRecordWishes(north)).toBe(0);
    await settle(north);
    expect(await rowsOf(south.db, "ledger_endorsers", "record")).toMatchObject([
      { record: sealed.record, label: sealed.label, threshold: 2, endorsers: both().organisations },
    ]);
    expect(await rowsOf(south.db, "ledger_endorsements", "record")).toMatchObject([
      { record: sealed.record, endorser: north.organisation },
    ]);
    expect(new Set((await outboxOf(north.db)).map((row) => row["state"]))).toEqual(new Set(["done"]));
  });

  it("comes to its author's node with what opens the header's commitment, and to homes without", async () => {
    const sealed = await seal(world, north, { endorsers: both() });
    const endorsement = sealed.put.endorsement ?? expect.unreachable();
    const stranger = {
      ...both(),
      organisations: [north.organisation, toHex<OrganisationId>(bytesOf("stranger"))],
    };
    const unnamed = await seal(world, north);
    for (const bad of [
      { ...sealed, put: { ...sealed.put, endorsement: null } },
      { ...sealed, put: { ...sealed.put, endorsement: { ...endorsement, threshold: 1 } } },
      { ...sealed, put: { ...sealed.put, endorsement: { ...endorsement, salt: bytesOf("salt") } } },
      { ...unnamed, put: { ...unnamed.put, endorsement } },
      await seal(world, north, { endorsers: stranger }),
    ]) {
      await expect(putRecords(north, batchOf(bad))).rejects.toMatchObject({
        code: "bad-record",
        meta: { reason: "endorsement" },
      });
    }
    expect(await codeOf(putRecords(south, batchOf(sealed)))).toBe("bad-record");
    await putRecords(south, batchOf({ ...sealed, put: { ...sealed.put, endorsement: null } }));
  });

  it("waits at the endorser until a person of it has opened it, and is final with the last signature", async () => {
    const sealed = await named();
    expect((await endorsementQueue(north)).waiting).toEqual([]);
    expect((await endorsementQueue(south)).waiting).toEqual([
      {
        organisation: north.organisation,
        record: sealed.record,
        label: sealed.label,
        threshold: 2,
        endorsers: both().organisations,
        endorsed: [north.organisation],
      },
    ]);
    const { header } = sealed;
    expect(await codeOf(endorseRecord(south, doctorKey, { header, opened: new Uint8Array(32) }))).toBe(
      "not-opened",
    );
    const proof = await opensIt(sealed);
    expect(await codeOf(endorseRecord(south, toHex(bytesOf("x")), { header, opened: proof }))).toBe(
      "not-authorised",
    );
    expect(await codeOf(endorseRecord(north, doctorKey, { header, opened: proof }))).toBe("not-authorised");
    for (let i = 0; i < 2; i++) await endorseRecord(south, doctorKey, { header, opened: proof });
    expect((await endorsementQueue(south)).waiting).toEqual([]);
    await settle(south);
    expect(await rowsOf(north.db, "ledger_endorsements", "endorser")).toHaveLength(2);
    expect((await endorsementQueue(south)).waiting).toEqual([]);
  });

  it("needs a person: a device's word does not do, nor one of somebody who was let go", async () => {
    const sealed = await named();
    const proof = await opensIt(sealed);
    const wish = { header: sealed.header, opened: proof };
    const device = await world.actor("machine", "device");
    await keepKeyCard(south.db, device.card);
    expect(await codeOf(endorseRecord(south, toHex(device.card.ed25519), wish))).toBe("not-authorised");
    await world.setActor(doctor, "south", { active: false, version: 2 });
    expect(await codeOf(endorseRecord(south, doctorKey, wish))).toBe("not-authorised");
  });

  it("is neither asked of a suspended member nor signed by one", async () => {
    const sealed = await named();
    const wish = { header: sealed.header, opened: await opensIt(sealed) };
    const { organisation } = south;
    await membersDecide(world.ledger, { type: "suspend", organisation }, "north", "west");
    await world.follow();
    expect(await codeOf(endorseRecord(south, doctorKey, wish))).toBe("not-authorised");
    const next = await seal(world, north, { previous: sealed.label, endorsers: both() });
    await expect(putRecords(north, batchOf(next))).rejects.toMatchObject({ meta: { reason: "endorsement" } });
    await membersDecide(world.ledger, { type: "reinstate", organisation }, "north", "west");
    await world.follow();
    await endorseRecord(south, doctorKey, wish);
    await putRecords(north, batchOf(next));
  });

  it("is endorsed by those whom its author named, for the header that was named, while it stands", async () => {
    const alone = await written(world, north, {
      endorsers: { threshold: 1, organisations: [north.organisation] },
    });
    await enqueueRecordWishes(north);
    await settle(north);
    const wish = async (of: Sealed) => ({ header: of.header, opened: await opensIt(of) });
    expect(await codeOf(endorseRecord(south, doctorKey, await wish(alone)))).toBe("not-endorser");
    const unnamed = await written(world, north, { previous: alone.label });
    expect(await codeOf(endorseRecord(south, doctorKey, await wish(unnamed)))).toBe("not-found");
    const sealed = await written(world, north, { previous: unnamed.label, endorsers: both() });
    await enqueueRecordWishes(north);
    await settle(north);
    const given = await wish(sealed);
    await takeErasure(south, await signErasure(north, sealed.record));
    expect(await codeOf(endorseRecord(south, doctorKey, given))).toBe("not-found");
    expect((await endorsementQueue(south)).waiting).toEqual([]);
  });
});

describe("a record that takes another one's place", () => {
  it("amends it on the ledger under a hash that only its own wrap opens", async () => {
    const first = await written(world, north);
    const second = await written(world, north, { previous: first.label, amends: first.record });
    expect(await enqueueRecordWishes(north)).toBe(1);
    await settle(north);
    const { amends } = await wrapOf(second, world.segment);
    expect(amends?.record).toBe(first.record);
    expect(await rowsOf(south.db, "ledger_amendments", "record")).toMatchObject([
      { record: first.record, successor: successorOf(amends?.salt as Uint8Array, second.record) },
    ]);
    const third = await seal(world, north, { previous: second.label, amends: first.record });
    await expect(putRecords(north, batchOf(third))).rejects.toMatchObject({ meta: { reason: "amends" } });
    // Put again, as after a kill, it changes nothing.
    await putRecords(north, batchOf(second));
    expect(await enqueueRecordWishes(north)).toBe(0);
  });

  it("is of the same organisation and segment, and the only one", async () => {
    const first = await written(world, north);
    const unknown = toHex<RecordId>(bytesOf("unknown"));
    const twice = await seal(world, north, { previous: first.label, amends: first.record });
    const again = await seal(world, north, { previous: twice.label, amends: first.record });
    for (const bad of [
      [await seal(world, north, { previous: first.label, amends: unknown })],
      [await seal(world, north, { segment: await world.newSegment("bob"), amends: first.record })],
      [twice, again],
    ]) {
      await expect(putRecords(north, batchOf(...bad))).rejects.toMatchObject({ meta: { reason: "amends" } });
    }
    expect(await rowsOf(north.db, "records", "position")).toHaveLength(1);
  });
});

describe("a record that is taken back", () => {
  it("is retracted on the ledger by its own author's node, once it stands there", async () => {
    const sealed = await seal(world, north);
    expect(await codeOf(retractRecord(north, sealed.record))).toBe("not-found");
    await putRecords(north, batchOf(sealed));
    expect(await codeOf(retractRecord(north, sealed.record))).toBe("not-anchored");
    const other = await written(world, north, { previous: sealed.label });
    expect(await codeOf(retractRecord(south, other.record))).toBe("not-found");
    for (let i = 0; i < 2; i++) await retractRecord(north, other.record);
    await settle(north);
    expect(await rowsOf(south.db, "ledger_retractions", "record")).toMatchObject([{ record: other.record }]);
  });
});
