import { sign } from "@anamnesis/core/crypto/secp256k1";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { RecordId } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import { eraseTypedData, type EraseRequest } from "@anamnesis/core/record/eraseRequest";
import { verifyErasureAck, verifyErasureReceipt } from "@anamnesis/core/record/erasure";
import type { Header } from "@anamnesis/core/record/header";
import { ownerKeyOf, rootOfSeed } from "@anamnesis/core/segment/ownerKeys";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { seededRandom } from "@anamnesis/testkit/core/seededRandom";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { blobOwners } from "../blobs/blobOwners.ts";
import { release } from "../custody/release.ts";
import { tellErased } from "../custody/releasesUnderWay.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { outboxOf } from "../indexer/testing/ledgerFixture.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { rowsOf, testNode, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { putRecords } from "../records/putRecords.ts";
import { recordVerbHandlers } from "../routes/recordVerbHandlers.ts";
import { CustodyWorld, opened, type TestActor } from "../testing/custodyWorld.ts";
import { membersDecide } from "../testing/membersDecide.ts";
import { HandlerNetwork } from "../testing/handlerNetwork.ts";
import { anchor, batchOf, itemOf, seal, type Sealed, written } from "../testing/sealedRecords.ts";
import { createErasureCompletion } from "./completeErasures.ts";
import { deleteErased } from "./deleteErased.ts";
import { erasedRecords } from "./erasedRecords.ts";
import { erasureReceiptsOf } from "./erasureReceiptsOf.ts";
import { signErasure } from "./signErasure.ts";
import { submitErasure } from "./submitErasure.ts";
import { takeErasure } from "./takeErasure.ts";

let world: CustodyWorld;
let north: TestNode;
let south: TestNode;
let doctor: TestActor;
let sealed: Sealed;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await CustodyWorld.start("north", "south");
  // Each node its own disk: what one deletes the other still has.
  const apart = (node: TestNode): TestNode => ({ ...node, blobs: new MemoryBlobStore() });
  world.nodes.splice(0, 2, ...world.nodes.map(apart));
  [north, south] = world.nodes as [TestNode, TestNode];
  const { get } = south.blobs;
  // Manifests come from wherever they are.
  south.blobs.get = async (cid) => (await get.call(south.blobs, cid)) ?? north.blobs.get(cid);
  doctor = await world.actor("doctor", "practitioner");
  sealed = await written(world, north);
  await putRecords(south, batchOf(homeCopy(sealed)));
});
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** As a home gets it. */
function homeCopy(item: Sealed): Sealed {
  return { ...item, put: { ...item.put, endorsement: null, amends: null } };
}

function byOwner({ header }: { header: Header }, secret = world.segment.owner.secret): EraseRequest {
  return { header, signature: sign(typedDataDigest(eraseTypedData(TEST_IDENTITY, header)), secret) };
}

async function outcome(node: TestNode, of = sealed): Promise<string | undefined> {
  const item = await itemOf(node, of, world.segment);
  const request = await world.request({ records: [item] }, world.segment.owner.secret);
  const given = (await opened(await release(node, world.services(), request))).body.shares[0] !== null;
  const said = (await world.receipts(node)).at(-1)?.records[0]?.outcome;
  expect(said === "released").toBe(given);
  return said;
}

/** Custodians' signatures for a record, brought to the ledger through a node. */
async function toLedger(through: TestNode, request: EraseRequest): Promise<void> {
  const approvals = [];
  for (const node of [north, south]) {
    const ack = await takeErasure(node, request);
    approvals.push({ custodian: node.organisation, signature: ack.approval });
  }
  await submitErasure(through, { record: sealed.record, approvals });
  await sendOutbox(through);
  await world.follow();
}

const blobsOf = ({ header: { body } }: Sealed) => [body.wrap, body.content];

async function onDisk(node: TestNode, of = sealed): Promise<readonly boolean[]> {
  return Promise.all(blobsOf(of).map(async (cid) => (await node.blobs.size(cid)) !== null));
}

describe("a request to erase", () => {
  it("is stored for ever with the first time, acknowledged, and refuses everybody from then on", async () => {
    expect(await outcome(north)).toBe("released");
    const ack = await takeErasure(north, byOwner(sealed));
    expect(ack.body).toEqual({
      record: sealed.record,
      label: sealed.label,
      custodian: north.organisation,
      storedAt: world.clock.now(),
    });
    expect(verifyErasureAck(ack, north.keys.card.ed25519)).toBe(true);
    world.clock.time += 10;
    expect(await takeErasure(north, byOwner(sealed))).toEqual(ack);
    expect(await outcome(north)).toBe("erased");
    // The other custodian does not know of it yet.
    expect(await outcome(south)).toBe("released");
    expect(await onDisk(north)).toEqual([true, true]);
  });

  it("counts from the segment's owner and from the organisation that wrote the record, and from nobody else", async () => {
    const other = await world.newSegment("bob");
    const elsewhere = await seal(world, north, { segment: other });
    const bad = [
      byOwner(sealed, other.owner.secret),
      byOwner(sealed, doctor.secret),
      byOwner(elsewhere),
      { header: sealed.header, signature: byOwner(elsewhere, other.owner.secret).signature },
      { header: sealed.header, signature: new Uint8Array(65) },
      {
        header: sealed.header,
        signature: south.keys.signDigest(typedDataDigest(eraseTypedData(TEST_IDENTITY, sealed.header))),
      },
    ];
    for (const request of bad) expect(await codeOf(takeErasure(north, request))).toBe("bad-erase-request");
    const { body } = sealed.header;
    // Another segment's owner puts this U into a header of its own.
    const stolen: Header = {
      ...elsewhere.header,
      body: { ...elsewhere.header.body, U: body.U, Ubar: body.Ubar },
    };
    expect(await codeOf(takeErasure(north, byOwner({ header: stolen }, other.owner.secret)))).toBe(
      "bad-header",
    );
    expect(await rowsOf(north.db, "sticky_erasures", "record")).toEqual([]);
    await takeErasure(south, await signErasure(north, sealed.record));
    expect(await outcome(south)).toBe("erased");
    expect(await codeOf(signErasure(south, sealed.record))).toBe("not-found");
  });

  it("counts from no author, and with no custodian's signature, that is suspended", async () => {
    const { organisation } = north;
    await membersDecide(world.ledger, { type: "suspend", organisation }, "south", "west");
    await world.follow();
    const byAuthor = await signErasure(north, sealed.record);
    expect(await codeOf(takeErasure(south, byAuthor))).toBe("bad-erase-request");
    const approvals = [];
    for (const node of [north, south]) {
      const { approval } = await takeErasure(node, byOwner(sealed));
      approvals.push({ custodian: node.organisation, signature: approval });
    }
    await expect(submitErasure(south, { record: sealed.record, approvals })).rejects.toMatchObject({
      code: "bad-approvals",
      meta: { needed: 2, valid: 1 },
    });
    await membersDecide(world.ledger, { type: "reinstate", organisation }, "south", "west");
    await world.follow();
    await submitErasure(south, { record: sealed.record, approvals });
    await takeErasure(south, byAuthor);
  });

  it("is not taken while the copy of the ledger may not know who the owner is", async () => {
    world.clock.time += 121;
    expect(await codeOf(takeErasure(north, byOwner(sealed)))).toBe("custody-not-ready");
    await world.follow();
    north.copy.forgetHead();
    expect(await codeOf(takeErasure(north, byOwner(sealed)))).toBe("custody-not-ready");
    await world.follow();
    // The clock is set back: how long ago the confirmation was, nobody knows.
    world.clock.time -= 6;
    expect(await codeOf(takeErasure(north, byOwner(sealed)))).toBe("custody-not-ready");
    world.clock.time += 1;
    await takeErasure(north, byOwner(sealed));
  });

  it("is the new owner's after a rotation, and not the old one's", async () => {
    const { segment } = world;
    const seed = seededRandom("patient/alice")(32);
    const [next, later] = [1, 2].map((generation) => ownerKeyOf(rootOfSeed(seed, generation), "general"));
    if (next === undefined || later === undefined) throw new TypeError("no keys");
    const { owner, nextOwner, kind, kindSalt } = segment.opening;
    const intent: Intent = {
      type: "RotateOwner",
      segment: segment.id,
      generation: 1,
      newOwner: next.address,
      newNextOwner: nextOwnerDigest(later.publicKey),
      shown: {
        publicKey: toHex(next.publicKey),
        opening: { owner, nextOwner, kind: kindCommitment(kind, kindSalt) },
      },
    };
    const signature = sign(intentDigest(TEST_IDENTITY, intent), next.secret);
    await world.ledger.connect().submit([{ intent, signatures: [signature] }]);
    await world.follow();
    expect(await codeOf(takeErasure(north, byOwner(sealed)))).toBe("bad-erase-request");
    await takeErasure(north, byOwner(sealed, next.secret));
    expect(await rowsOf(north.db, "sticky_erasures", "record")).toHaveLength(1);
  });

  it.each(["the receipt is written", "the answer is sealed"])(
    "that comes while %s takes the share back",
    async (moment) => {
      const item = await itemOf(north, sealed, world.segment);
      const request = await world.request({ records: [item] }, world.segment.owner.secret);
      let signatures = 0;
      const racing: TestNode = {
        ...north,
        keys: {
          ...north.keys,
          // The promise of a receipt first, then the answer with its shares.
          signMessage: (message) => {
            if (++signatures === 2 && moment === "the answer is sealed") tellErased(north, sealed.record);
            return north.keys.signMessage(message);
          },
        },
        durable: async (point, work) => {
          const result = await work();
          if (moment === "the receipt is written") await takeErasure(north, byOwner(sealed));
          expect(point).toBe("release.receipt");
          return result;
        },
      };
      const answer = await opened(await release(racing, world.services(), request));
      expect(answer.body.shares).toEqual([null]);
      expect((await world.receipts(north)).at(-1)?.records[0]?.outcome).toBe("released");
    },
  );
});

describe("an erasure on the ledger", () => {
  it("needs as many custodians' signatures as the threshold, each once and its own", async () => {
    const request = byOwner(sealed);
    const [a, b] = [await takeErasure(north, request), await takeErasure(south, request)];
    const of = (node: TestNode, signature: Uint8Array) => ({ custodian: node.organisation, signature });
    const { record } = sealed;
    const other = sealedRecordId();
    for (const { named, approvals } of [
      { named: record, approvals: [of(north, a.approval)] },
      { named: record, approvals: [of(north, a.approval), of(north, a.approval)] },
      { named: record, approvals: [of(north, a.approval), of(south, a.approval)] },
      { named: other, approvals: [of(north, a.approval), of(south, b.approval)] },
    ]) {
      expect(await codeOf(submitErasure(north, { record: named, approvals }))).toBe("bad-approvals");
    }
    expect(await outboxOf(north.db)).not.toContainEqual(expect.objectContaining({ type: "EraseRecord" }));
    const approvals = [of(north, a.approval), of(south, b.approval)];
    for (let i = 0; i < 2; i++) await submitErasure(north, { record, approvals });
    await sendOutbox(north);
    await world.follow();
    expect(await rowsOf(south.db, "ledger_erasures", "record")).toMatchObject([{ record }]);
  });

  it("deletes wrap and content at author and home, and each signs that they are gone", async () => {
    expect(await deleteErased(north)).toBe(0);
    await toLedger(south, byOwner(sealed));
    expect(await outcome(north)).toBe("erased");
    for (const node of [north, south]) {
      expect(await onDisk(node)).toEqual([true, true]);
      expect(await erasureReceiptsOf(node, [sealed.record])).toEqual([]);
      expect(await deleteErased(node)).toBe(1);
      expect(await deleteErased(node)).toBe(0);
      expect(await onDisk(node)).toEqual([false, false]);
      const [receipt] = await erasureReceiptsOf(node, [sealed.record]);
      expect(receipt?.body).toEqual({
        record: sealed.record,
        label: sealed.label,
        node: node.organisation,
        deletedAt: world.clock.now(),
        kept: [],
      });
      expect(receipt !== undefined && verifyErasureReceipt(receipt, node.keys.card.ed25519)).toBe(true);
      // The header stays, and nobody misses the blobs.
      expect(await rowsOf(node.db, "records", "position")).toHaveLength(1);
      expect((await blobOwners(node.db, blobsOf(sealed))).size).toBe(0);
    }
    expect(await outcome(south)).toBe("erased");
  });

  it("counts at a node that learnt of it from the ledger alone, and stays when the ledger forgets it", async () => {
    const request = byOwner(sealed);
    const approvals = [
      { custodian: north.organisation, signature: (await takeErasure(north, request)).approval },
      { custodian: south.organisation, signature: (await takeErasure(south, request)).approval },
    ];
    await submitErasure(north, { record: sealed.record, approvals });
    await south.db.query("delete from sticky_erasures");
    expect(await outcome(south)).toBe("released");
    await sendOutbox(north);
    await world.follow();
    expect(await outcome(south)).toBe("erased");
    world.ledger.reorganise(1);
    await world.follow();
    expect(await rowsOf(south.db, "ledger_erasures", "record")).toEqual([]);
    for (const node of [north, south]) {
      expect(await outcome(node)).toBe("erased");
      expect(await deleteErased(node)).toBe(0);
    }
    // It comes again by itself, and only then something is deleted.
    await sendOutbox(north);
    await world.follow();
    expect(await deleteErased(south)).toBe(1);
    expect(await onDisk(south)).toEqual([false, false]);
  });

  it("leaves what another record names, and says so", async () => {
    const { content, contentBytes } = sealed.header.body;
    const copycat = await seal(world, north, { previous: sealed.label });
    await north.db.query(
      `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
       values ($1, $2, 's', 'o', '\\x', 'p', 's', 'w', $3, false)`,
      [copycat.record, copycat.label, content],
    );
    await toLedger(north, byOwner(sealed));
    await deleteErased(north);
    expect(await onDisk(north)).toEqual([false, true]);
    expect(await north.blobs.size(content)).toBe(contentBytes);
    expect((await erasureReceiptsOf(north, [sealed.record])).map(({ body }) => body.kept)).toEqual([
      [content],
    ]);
  });

  it("is not undone by the author's device or another node that sends the record again", async () => {
    await toLedger(north, byOwner(sealed));
    for (const node of [north, south]) await deleteErased(node);
    await putRecords(north, batchOf(sealed));
    await putRecords(south, batchOf(homeCopy(sealed)));
    for (const node of [north, south]) {
      expect(await onDisk(node)).toEqual([false, false]);
      await deleteErased(node);
      expect(await erasureReceiptsOf(node, [sealed.record])).toHaveLength(1);
    }
    // A home that has nothing of it takes the header, so that the author's chain is whole.
    const next = await written(world, north, { previous: sealed.label });
    const alone = { ...homeCopy(sealed).put, wrap: null, content: null };
    await south.db.query("delete from erasure_receipts");
    await south.db.query("delete from records");
    await putRecords(south, batchOf({ ...sealed, put: alone }, homeCopy(next)));
    expect(await rowsOf(south.db, "records", "position")).toMatchObject([
      { record: sealed.record, session: null },
      { record: next.record },
    ]);
    expect(await codeOf(putRecords(south, batchOf({ ...next, put: { ...next.put, wrap: null } })))).toBe(
      "bad-record",
    );
  });
});

describe("an erasure that whoever asked for it left unfinished", () => {
  it("is brought to the other custodians and onto the ledger by one that has it", async () => {
    const network = new HandlerNetwork(() => world.clock.now());
    network.serve("south.test", recordVerbHandlers(south));
    const lonely = { ...north, fetch: network.fetch };
    const complete = createErasureCompletion(lonely);
    await takeErasure(north, byOwner(sealed));
    expect(await complete()).toBe(0);
    world.clock.time += 31;
    await world.follow();
    network.stop("south.test");
    expect(await complete()).toBe(0);
    network.serve("south.test", recordVerbHandlers(south));
    // It does not ask at every pass.
    expect(await complete()).toBe(0);
    world.clock.time += 61;
    await world.follow();
    expect(await complete()).toBe(1);
    expect(await complete()).toBe(0);
    expect(await outcome(south)).toBe("erased");
    await sendOutbox(lonely);
    await world.follow();
    expect(await rowsOf(south.db, "ledger_erasures", "record")).toHaveLength(1);
  });
});

describe("erased stays erased", () => {
  it("whatever the order of request, ledger, deletion, repetition, restart and reorganisation", async () => {
    const rest = ["delete", "delete", "put", "reorganise", "restart"] as const;
    const steps = ["advance", "advance", "advance", "advance", ...rest] as const;
    const seen = { deleted: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { minLength: 8, maxLength: 20 }),
        async (order) => {
          const of = await written(world, north, { previous: await headOf(north) });
          const request = byOwner(of);
          let node = north;
          let deleted = false;
          const approvals: { custodian: TestNode["organisation"]; signature: Uint8Array }[] = [];
          const ask = (custodian: TestNode) => async () => {
            const { approval } = await takeErasure(custodian, request);
            approvals.push({ custodian: custodian.organisation, signature: approval });
          };
          const plan = [
            () => ask(node)(),
            ask(south),
            () => submitErasure(node, { record: of.record, approvals }),
            async () => void (await sendOutbox(node)),
          ];
          for (const step of order) {
            const asked = approvals.length > 0;
            if (step === "advance") await plan.shift()?.();
            if (step === "delete") await deleteErased(node);
            if (step === "put") await putRecords(node, batchOf(of));
            if (step === "reorganise" && asked) world.ledger.reorganise(1);
            if (step === "restart") {
              const { db, blobs, fetch } = north;
              node = await testNode(world.ledger, "north", { db, blobs, fetch, clock: world.clock });
            }
            await followLedger(node, node.copy);
            await followLedger(south, south.copy);
            deleted ||= (await erasureReceiptsOf(node, [of.record])).length > 0;
            if (asked) expect((await erasedRecords(node.db, [of.record])).has(of.record)).toBe(true);
            if (deleted) expect(await onDisk(node, of)).toEqual([false, false]);
          }
          if (deleted) seen.deleted++;
          await sendOutbox(north);
          await world.follow();
        },
      ),
      { numRuns: 40 },
    );
    expect(seen.deleted).toBeGreaterThan(5);
  }, 120_000);
});

async function headOf(node: TestNode): Promise<Sealed["label"] | null> {
  const rows = await node.db.query<{ label: Sealed["label"] }>(
    "select label from records order by position desc limit 1",
  );
  return rows[0]?.label ?? null;
}

function sealedRecordId(): RecordId {
  return toHex<RecordId>(new Uint8Array(32).fill(9));
}

it("anchors an erased record all the same, so that its U is taken", async () => {
  const of = await seal(world, north, { previous: sealed.label });
  await putRecords(north, batchOf(of));
  await takeErasure(north, byOwner(of));
  await anchor(world, north);
  const firsts = await south.copy.firstAnchored([of.record], north.organisation);
  expect(firsts.get(of.record)?.label).toBe(of.label);
});
