import type { DeclineWish } from "@anamnesis/api/routes/recordVerbs";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { combine } from "@anamnesis/core/crypto/combine";
import type { Hex, OrganisationId, RecordId, UnixSeconds } from "@anamnesis/core/ids";
import { successorOf } from "@anamnesis/core/record/amendment";
import { type DeclineBody, declineDigest, declineOpening, sealDecline } from "@anamnesis/core/record/decline";
import { proofOfOpening } from "@anamnesis/core/record/openContent";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { release } from "../custody/release.ts";
import { keepKeyCard } from "../directory/keyCards.ts";
import { deleteErased } from "../erasure/deleteErased.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { submitErasure } from "../erasure/submitErasure.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { outboxOf } from "../indexer/testing/ledgerFixture.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { enqueueRecordWishes } from "../records/enqueueRecordWishes.ts";
import { ledgerStandings } from "../records/ledgerStandings.ts";
import { putRecords } from "../records/putRecords.ts";
import { retractRecord } from "../records/retractRecord.ts";
import { membersDecide } from "../testing/membersDecide.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { anchor, batchOf, itemOf, seal, type Sealed, written, wrapOf } from "../testing/sealedRecords.ts";
import { declinesOf } from "./declinesOf.ts";
import { endorsementQueue } from "./endorsementQueue.ts";
import { endorseRecord } from "./endorseRecord.ts";
import { keepDecline } from "./keepDecline.ts";

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

async function named(previous: Sealed["label"] | null = null): Promise<Sealed> {
  const sealed = await written(world, north, { previous, endorsers: both() });
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
        declined: [],
        since: expect.any(Number) as number,
      },
    ]);
    // The author sees the same as its own that waits for others.
    expect((await endorsementQueue(north)).own).toEqual((await endorsementQueue(south)).waiting);
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
    expect((await endorsementQueue(north)).own).toEqual([]);
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

describe("a record that somebody declines to co-sign", () => {
  /** As the doctor's own program makes it. */
  async function declined(
    sealed: Sealed,
    changes: {
      by?: TestActor;
      opened?: Uint8Array;
      openedBy?: DeclineBody["decliner"];
      time?: number;
      of?: Sealed;
    } = {},
  ): Promise<DeclineWish> {
    const { by = doctor, of = sealed } = changes;
    const { actor, organisation, keyCard } = by.requester;
    const decliner = { actor, organisation, keyCard };
    const kc = changes.opened ?? (await opensIt(sealed));
    const body = await sealDecline(
      {
        organisation: north.organisation,
        record: of.record,
        label: of.label,
        decliner,
        time: (changes.time ?? world.clock.time) as UnixSeconds,
        opened: declineOpening(kc, { label: of.label, decliner: changes.openedBy ?? decliner }),
      },
      "The unit does not fit the value.",
      { readersSeed: bytesOf("readers"), author: [] },
    );
    const signature = sign(declineDigest(body), by.secret);
    return { header: sealed.header, decline: { body, signature }, opened: kc };
  }

  it("is kept at every node that is brought the word, once, and stays preliminary and in the queues", async () => {
    const sealed = await named();
    const wish = await declined(sealed);
    for (let i = 0; i < 2; i++) for (const node of [south, north]) await keepDecline(node, wish);
    for (const node of [south, north]) {
      expect(await declinesOf(node, [sealed.record])).toEqual({ declines: [wish.decline] });
      expect(await rowsOf(node.db, "declines", "number")).toHaveLength(1);
    }
    expect(await codeOf(keepDecline(south, await declined(sealed)))).toBe("already-declined");
    const said = [{ record: sealed.record, declined: [south.organisation], endorsed: [north.organisation] }];
    expect((await endorsementQueue(south)).waiting).toMatchObject(said);
    expect((await endorsementQueue(north)).own).toMatchObject(said);
    expect((await ledgerStandings(north as never, [sealed.record]))[0]?.endorsers).toMatchObject({
      signed: [north.organisation],
    });
  });

  it("gives nobody who asks for its declines what signs it: that is looked at and not kept", async () => {
    const sealed = await named();
    const wish = await declined(sealed);
    for (const node of [south, north]) await keepDecline(node, wish);
    const [row] = await north.db.query<{ bytes: Uint8Array }>("select bytes from declines");
    expect(toHex(row?.bytes ?? expect.unreachable())).not.toContain(toHex(wish.opened).slice(2));
    const [told] = (await declinesOf(north, [sealed.record])).declines;
    const opened = told?.body.opened ?? expect.unreachable();
    expect(await codeOf(endorseRecord(south, doctorKey, { header: sealed.header, opened }))).toBe(
      "not-opened",
    );
    await endorseRecord(south, doctorKey, { header: sealed.header, opened: wish.opened });
  });

  it("may still be signed, after which nobody of that organisation declines it", async () => {
    const sealed = await named();
    const opened = await opensIt(sealed);
    await keepDecline(south, await declined(sealed, { opened }));
    await endorseRecord(south, doctorKey, { header: sealed.header, opened });
    await settle(south);
    expect((await endorsementQueue(north)).own).toEqual([]);
    const next = await written(world, north, { previous: sealed.label, endorsers: both() });
    await enqueueRecordWishes(north);
    await settle(north);
    const proof = await opensIt(next);
    await endorseRecord(south, doctorKey, { header: next.header, opened: proof });
    // In the outbox, and then on the ledger.
    for (let i = 0; i < 2; i++) {
      expect(await codeOf(keepDecline(south, await declined(next, { opened: proof })))).toBe(
        "already-endorsed",
      );
      await settle(south);
    }
    expect(await codeOf(keepDecline(north, await declined(next, { opened: proof })))).toBe(
      "already-endorsed",
    );
  });

  it("is declined by people whom the directory has, of organisations that were named, who opened this very header", async () => {
    const sealed = await named();
    const opened = await opensIt(sealed);
    const refused = async (wish: DeclineWish) => codeOf(keepDecline(south, wish));
    expect(await refused(await declined(sealed, { opened: new Uint8Array(32) }))).toBe("bad-decline");
    expect(await refused(await declined(sealed, { opened, time: world.clock.time + 3600 }))).toBe(
      "bad-decline",
    );
    const keyCard = toHex<DeclineBody["decliner"]["keyCard"]>(bytesOf("a colleague's card"));
    const openedBy = { ...doctor.requester, keyCard };
    expect(await refused(await declined(sealed, { opened, openedBy }))).toBe("bad-decline");
    const wish = await declined(sealed, { opened });
    const zeros = { ...wish, opened: new Uint8Array(32) };
    expect(await refused(zeros)).toBe("bad-decline");
    const forged = { ...wish.decline, signature: sign(declineDigest(wish.decline.body), bytesOf("x")) };
    expect(await refused({ ...wish, decline: forged })).toBe("not-authorised");
    const changed = {
      ...wish.decline,
      body: { ...wish.decline.body, time: (world.clock.time - 1) as UnixSeconds },
    };
    expect(await refused({ ...wish, decline: changed })).toBe("not-authorised");
    const device = await world.actor("machine", "device");
    expect(await refused(await declined(sealed, { opened, by: device }))).toBe("not-authorised");
    const alone = await written(world, north, {
      previous: sealed.label,
      endorsers: { threshold: 1, organisations: [north.organisation] },
    });
    await enqueueRecordWishes(north);
    await settle(north);
    expect(await refused(await declined(alone))).toBe("not-endorser");
    expect(await refused(await declined(alone, { opened, of: sealed }))).toBe("bad-decline");
    const unnamed = await written(world, north, { previous: alone.label });
    expect(await refused(await declined(unnamed))).toBe("not-found");
    await world.setActor(doctor, "south", { active: false, version: 2 });
    expect(await refused(await declined(sealed, { opened }))).toBe("not-authorised");
    expect(await rowsOf(south.db, "declines", "number")).toEqual([]);
  });

  it("waits for nobody once its author amended it, and its reasons go with it when it is erased", async () => {
    const sealed = await named();
    await keepDecline(south, await declined(sealed));
    await written(world, north, { previous: sealed.label, amends: sealed.record });
    await enqueueRecordWishes(north);
    await settle(north);
    expect((await endorsementQueue(south)).waiting).toEqual([]);
    expect((await endorsementQueue(north)).own).toEqual([]);
    expect((await declinesOf(south, [sealed.record])).declines).toHaveLength(1);
    await takeErasure(south, await signErasure(north, sealed.record));
    expect(await declinesOf(south, [sealed.record])).toEqual({ declines: [] });
  });

  it("leaves nothing of a word that comes while the record is erased, before or after the files are gone", async () => {
    let previous: Sealed["label"] | null = null;
    for (const moment of ["before", "after"] as const) {
      const sealed = await named(previous);
      previous = sealed.label;
      const wish = await declined(sealed);
      const eraseNow = async (): Promise<void> => {
        const request = await signErasure(north, sealed.record);
        const approvals = [];
        for (const node of [north, south]) {
          const { approval } = await takeErasure(node, request);
          approvals.push({ custodian: node.organisation, signature: approval });
        }
        await submitErasure(north, { record: sealed.record, approvals });
        await settle(north);
        expect(await deleteErased(south)).toBe(1);
      };
      // Once the record was looked for, and then once the word is on the disk.
      const racing: TestNode = {
        ...south,
        durable: async (point, work) => {
          if (moment === "before") await eraseNow();
          const result = await work();
          if (moment === "after") await eraseNow();
          expect(point).toBe("decline.rows");
          return result;
        },
      };
      expect(await codeOf(keepDecline(racing, wish))).toBe(moment === "before" ? "not-found" : "no error");
      expect(await deleteErased(south)).toBe(0);
      expect(await rowsOf(south.db, "declines", "number")).toEqual([]);
    }
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
