import { MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { type BodyLabel, parseDay } from "@anamnesis/core/ids";
import { startSession } from "@anamnesis/core/record/session";
import { wrap } from "@anamnesis/core/record/wrap";
import type { Card } from "@anamnesis/core/segment/card";
import { dealCommittee } from "@anamnesis/testkit/core/committee";
import { testSegment } from "@anamnesis/testkit/core/world";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RequestWindow } from "../access/requestWindow.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, rowsOf, type TestNode } from "../indexer/testing/testNode.ts";
import { putCard } from "../segments/cardStore.ts";
import { CustodyWorld, homed, nextCard } from "../testing/custodyWorld.ts";
import { anchor, batchOf, seal, type Sealed, written } from "../testing/sealedRecords.ts";
import { listHeaders } from "./listHeaders.ts";
import type { BadRecordReason } from "./badRecord.ts";
import { putRecords } from "./putRecords.ts";
import { putStatus, recordStatus } from "./recordStatus.ts";
import { segmentStates } from "../segments/segmentStates.ts";
import { atOnce } from "../testing/atOnce.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

let world: CustodyWorld;
let node: TestNode;

beforeAll(startTestDatabase, 60_000);

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
});

const labels = async (at = node): Promise<readonly unknown[]> =>
  (await at.db.query<{ label: string }>("select label from records order by position")).map(
    (row) => row.label,
  );

describe("putRecords", () => {
  it("takes a chain of records whole, and the same again without a change", async () => {
    const first = await seal(world, node);
    const second = await seal(world, node, { previous: first.label, session: first.session });
    const batch = batchOf(first, second);
    expect(batch.sessions).toHaveLength(1);
    const put = await putRecords(node, batch);
    const records = [first.record, second.record];
    expect(put).toEqual({ records, fresh: new Set(records) });
    expect(await putStatus(node, put)).toEqual(await recordStatus(node, records));
    const rows = await rowsOf(node.db, "records", "position");
    const queue = await rowsOf(node.db, "replication_queue", "position");
    const again = await putRecords(node, batch);
    expect(again).toEqual({ records, fresh: new Set() });
    expect(await putStatus(node, again)).toEqual(await recordStatus(node, again.records));
    expect(await rowsOf(node.db, "records", "position")).toEqual(rows);
    expect(await rowsOf(node.db, "replication_queue", "position")).toEqual(queue);
    expect(queue).toHaveLength(2);
    expect(await segmentStates(node, [world.segment.id])).toMatchObject([{ previous: second.label }]);
    for (const { put, header } of [first, second]) {
      expect(await node.blobs.get(header.body.wrap)).toEqual(put.wrap);
      expect(await node.blobs.get(header.body.content)).toEqual(put.content);
    }
  });

  it("takes one of several records on one predecessor that come at once, and each batch once", async () => {
    const first = await seal(world, node);
    await putRecords(node, batchOf(first));
    const rivals = await Promise.all(
      Array.from({ length: 4 }, () => seal(world, node, { previous: first.label })),
    );
    const bob = await world.newSegment("bob");
    const apart = await seal(world, node, { segment: bob });
    const codes = await Promise.all(
      [...rivals, apart, apart].map((record) => codeOf(putRecords(node, batchOf(record)))),
    );
    expect(codes.slice(0, 4).sort()).toEqual([
      "chain-conflict",
      "chain-conflict",
      "chain-conflict",
      "no error",
    ]);
    expect(codes.slice(4)).toEqual(["no error", "no error"]);
    expect(await labels()).toHaveLength(3);
    expect(await rowsOf(node.db, "replication_queue", "position, home")).toHaveLength(3);
  });

  const bad = async (reason: BadRecordReason, record: Sealed, batch = batchOf(record)): Promise<void> => {
    const before = await labels();
    await expect(putRecords(node, batch)).rejects.toMatchObject({
      code: "bad-record",
      meta: { reason, index: 0 },
    });
    expect(await labels()).toEqual(before);
  };

  it("refuses a record of another committee", async () => {
    const other = dealCommittee(world.random, 2, 3);
    await bad(
      "committee",
      await seal(world, node, { committee: { id: other.id, publicKey: other.publicKey } }),
    );
  });

  it("refuses a wrap that the header does not name, and one of another session", async () => {
    const record = await seal(world, node);
    const other = await seal(world, node);
    await bad("wrap", record, {
      ...batchOf(record),
      records: [{ ...record.put, wrap: other.put.wrap }],
    });
    await bad("session", record, { ...batchOf(record), sessions: [] });
    const bob = await world.newSegment("bob");
    const card = (bob.cards[0] as Card).body;
    const foreign = await startSession(bob.id, card.epoch, card.segmentKey);
    const under = await seal(world, node, { session: { ...foreign, segment: world.segment.id } });
    await bad("session", under);
    const later = await startSession(world.segment.id, 1, card.segmentKey);
    await bad("session", await seal(world, node, { session: { ...later, epoch: 0 } }));
    expect(wrap.decode(under.put.wrap as Uint8Array).session).toBe(foreign.cid);
  });

  it("refuses content that the header does not name, or that is not there", async () => {
    const record = await seal(world, node);
    const { put } = record;
    const content = put.content as Uint8Array;
    const changed = Uint8Array.from(content);
    changed[0] = (changed[0] ?? 0) ^ 1;
    for (const value of [null, changed, content.subarray(1)]) {
      await bad("content", record, { ...batchOf(record), records: [{ ...put, content: value }] });
    }
    await node.blobs.put(cidOf(content, CODEC_RAW), content);
    await putRecords(node, { ...batchOf(record), records: [{ ...put, content: null }] });
    expect(await labels()).toEqual([record.label]);
    expect(content.length).toBeLessThan(MAX_INLINE_CONTENT);
  });

  it("refuses a permit that is missing, foreign, forged or over", async () => {
    const record = await seal(world, node);
    await bad("permit", record, { ...batchOf(record), permits: [] });
    const toSouth = world.permit(world.segment, "south");
    await bad("permit", await seal(world, node, { permit: toSouth }));
    const bob = await world.newSegment("bob");
    await bad("permit", await seal(world, node, { permit: world.permit(bob, "north") }));
    const { permit } = record;
    const forged = { ...permit, signature: node.keys.signDigest(bytesOf("permit")) };
    await bad("permit", record, { ...batchOf(record), permits: [forged] });
    const over = world.permit(world.segment, "north", world.clock.time - 86_400);
    await bad("permit", await seal(world, node, { permit: over }));
    // Dated back into its time, which only the author's own word says.
    await bad("permit", await seal(world, node, { permit: over, day: parseDay(world.today - 1) }));
  });

  it("still takes the same records again when their permit has ended meanwhile", async () => {
    const permit = world.permit(world.segment, "north", world.clock.time + 60);
    const batch = batchOf(await seal(world, node, { permit }));
    await putRecords(node, batch);
    world.clock.time += 86_400 * 2;
    expect(await codeOf(putRecords(node, batch))).toBe("no error");
  });

  it("finds a permit that came with an earlier record", async () => {
    const first = await seal(world, node);
    await putRecords(node, batchOf(first));
    const second = await seal(world, node, { previous: first.label });
    await putRecords(node, { ...batchOf(second), permits: [] });
    expect(await labels()).toEqual([first.label, second.label]);
  });

  it("refuses a segment without a card and an epoch that no card has announced", async () => {
    const ghost = homed(await testSegment("ghost", "general"));
    await bad("segment", await seal(world, node, { segment: ghost }));
    const ahead = { ...world.segment, cards: [{ ...nextCard(world.segment), ...epochOne() }] };
    await bad("epoch", await seal(world, node, { segment: ahead }));
    function epochOne(): Card {
      return nextCard(world.segment, { epoch: 1, link: new Uint8Array(48) });
    }
    await putCard(node, epochOne());
    expect(await codeOf(putRecords(node, batchOf(await seal(world, node, { segment: ahead }))))).toBe(
      "no error",
    );
  });

  it("refuses an author that is not this organisation or an active device or practitioner of it", async () => {
    const device = await world.actor("tablet", "device", "north");
    const foreign = await world.actor("their tablet", "device", "south");
    const doctor = await world.actor("doctor", "practitioner", "south");
    const first = await seal(world, node, { device });
    await putRecords(node, batchOf(first));
    for (const author of [foreign, doctor, await world.unregistered("new", "device", "north")]) {
      await bad("author", await seal(world, node, { previous: first.label, device: author }));
    }
    // In the name of one device, by the key of another.
    await bad("author", await seal(world, node, { device: { ...device, secret: bytesOf("another") } }));
    await world.setActor(device, "north", { active: false, version: 2 });
    await bad("author", await seal(world, node, { previous: first.label, device }));
  });

  it("refuses a day that has not come", async () => {
    await bad("day", await seal(world, node, { day: parseDay(world.today + 2) }));
    expect(
      await codeOf(putRecords(node, batchOf(await seal(world, node, { day: parseDay(world.today + 1) })))),
    ).toBe("no error");
  });

  it("refuses a header whose proof or signature does not hold", async () => {
    const { header, ...record } = await seal(world, node);
    const put = { ...record.put, header: { ...header, proof: new Uint8Array(64).fill(1) } };
    expect(await codeOf(putRecords(node, { ...batchOf({ header, ...record }), records: [put] }))).toBe(
      "bad-header",
    );
    const unsigned = { ...record.put, header: { ...header, signature: new Uint8Array(65) } };
    expect(await codeOf(putRecords(node, { ...batchOf({ header, ...record }), records: [unsigned] }))).toBe(
      "bad-header",
    );
  });

  it("refuses a second header on the U of one that it has", async () => {
    const first = await seal(world, node);
    await putRecords(node, batchOf(first));
    const next = await seal(world, node, { previous: first.label });
    await node.db.query("update records set record = $1", [next.record]);
    await bad("repeated", next);
  });

  it("refuses what does not continue the organisation's chain", async () => {
    const first = await seal(world, node);
    await putRecords(node, batchOf(first));
    for (const previous of [null, toHex<BodyLabel>(bytesOf("unknown"))]) {
      const next = await seal(world, node, { previous });
      expect(await codeOf(putRecords(node, batchOf(next)))).toBe("chain-conflict");
    }
    expect(await labels()).toEqual([first.label]);
  });

  it("takes all records of a batch or none", async () => {
    const first = await seal(world, node);
    const second = await seal(world, node, { previous: first.label });
    const stray = await seal(world, node, { previous: first.label });
    expect(await codeOf(putRecords(node, batchOf(first, second, stray)))).toBe("chain-conflict");
    const broken = { ...stray, put: { ...stray.put, wrap: first.put.wrap } };
    await expect(putRecords(node, batchOf(first, second, broken))).rejects.toMatchObject({
      code: "bad-record",
      meta: { reason: "wrap", index: 2 },
    });
    expect(await labels()).toEqual([]);
    expect(await rowsOf(node.db, "replication_queue", "position")).toEqual([]);
    await putRecords(node, batchOf(first, second));
    expect(await labels()).toEqual([first.label, second.label]);
  });
});

describe("a home", () => {
  it("takes another organisation's records without asking for their order; any other node refuses", async () => {
    await releaseTestDatabases();
    world = await CustodyWorld.start("south");
    const south = world.node;
    const north = await world.startNode("north", south.db);
    const west = { ...(await world.startNode("west", south.db)), copy: south.copy };
    const first = await seal(world, north);
    const second = await seal(world, north, { previous: first.label });
    await putRecords(south, batchOf(second));
    await putRecords(south, batchOf(first));
    expect(await labels(south)).toEqual([second.label, first.label]);
    expect(await south.db.query("select own from records")).toEqual([{ own: false }, { own: false }]);
    expect(await rowsOf(south.db, "replication_queue", "position")).toEqual([]);
    expect(await codeOf(putRecords(west, batchOf(first)))).toBe("not-authorised");
    // What comes late from its author was in time there.
    const permit = world.permit(world.segment, "north", world.clock.time);
    const late = await seal(world, north, { permit });
    world.clock.time += 86_400 * 2;
    await putRecords(south, batchOf(late));
    expect(await labels(south)).toHaveLength(3);
    // The author's own node has judged its device when it wrote; that it was retired since changes nothing here.
    const device = await world.actor("retired", "device", "north");
    const written = await seal(world, north, { device });
    await world.setActor(device, "north", { active: false, version: 2 });
    await putRecords(south, batchOf(written));
    expect(await labels(south)).toHaveLength(4);
  });
});

describe("recordStatus", () => {
  it("tells unknown, accepted, stored and anchored apart", async () => {
    const sealed = await seal(world, node);
    const unknown = { record: sealed.record, accepted: false, stored: false, anchor: null };
    expect(await recordStatus(node, [sealed.record])).toEqual([unknown]);
    await putRecords(node, batchOf(sealed));
    const accepted = { ...unknown, accepted: true };
    expect(await recordStatus(node, [sealed.record])).toEqual([accepted]);
    await node.db.query("insert into replicas (position, home) select position, 'south' from records");
    const stored = { ...accepted, stored: true };
    expect(await recordStatus(node, [sealed.record])).toEqual([stored]);
    await anchor(world, node);
    const anchored = { ...stored, anchor: { sequence: 1, index: 0, size: 1, path: [] } };
    const nobody = toHex<Sealed["record"]>(bytesOf("nobody"));
    expect(await recordStatus(node, [nobody, sealed.record])).toEqual([
      { ...unknown, record: nobody },
      anchored,
    ]);
  });
});

describe("listHeaders", () => {
  it("shows owner and grantee what is kept, and nobody else that the segment exists", async () => {
    const doctor = await world.actor("doctor", "practitioner");
    const first = await written(world, node);
    const second = await seal(world, node, { previous: first.label });
    await putRecords(node, batchOf(second));
    const window = new RequestWindow(-1);
    const page = await listHeaders(node, atOnce(window), world.access("headers"));
    expect(page).toMatchObject({
      headers: [
        { header: first.header, anchor: { sequence: 1, index: 0, size: 1, path: [] } },
        { header: second.header, anchor: null },
      ],
      permits: [first.permit],
      cards: world.segment.cards,
      next: null,
    });
    const { consent, id } = await world.consent(doctor);
    const asGrantee = { requester: doctor.requester, consent };
    const seen = await listHeaders(node, atOnce(window), world.access("headers", asGrantee, doctor.secret));
    expect(seen.headers).toHaveLength(2);

    const ghost = await testSegment("ghost", "general");
    const refused = [
      world.access("headers", { requester: doctor.requester }, doctor.secret),
      world.access("headers", asGrantee, bytesOf("another")),
      world.access("headers", {}, doctor.secret),
      world.access("headers", { ...asGrantee, purpose: "HRESCH" }, doctor.secret),
      world.access("headers", { opening: ghost.opening }, ghost.owner.secret),
    ];
    const answers = await Promise.all(
      refused.map((request) =>
        listHeaders(node, atOnce(window), request).catch((error: unknown) => JSON.stringify(error)),
      ),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('"not-found"');

    const other = { ...node, organisation: world.permit(world.segment, "south").body.organisation };
    expect(await codeOf(listHeaders(other, atOnce(window), world.access("headers")))).toBe(
      "bad-request-signature",
    );
    expect(await codeOf(listHeaders(node, atOnce(window), world.access("receipts")))).toBe(
      "bad-request-signature",
    );
    const once = world.access("headers");
    await listHeaders(node, atOnce(window), once);
    expect(await codeOf(listHeaders(node, atOnce(window), once))).toBe("replayed-request");
    await node.db.query(
      "insert into sticky_revocations (consent, stored_at, revocation) values ($1, 1, $2)",
      [id, new Uint8Array()],
    );
    expect(
      await codeOf(listHeaders(node, atOnce(window), world.access("headers", asGrantee, doctor.secret))),
    ).toBe("not-found");
  });

  it("goes on where the page before ended", async () => {
    await written(world, node);
    await node.db.query(
      `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
       select record, '0x' || encode(sha256((label || n)::bytea), 'hex'), segment, organisation, header, permit,
         session, wrap, content, own
       from records, generate_series(1, 600) n`,
    );
    const window = new RequestWindow(-1);
    const first = await listHeaders(node, atOnce(window), world.access("headers"));
    expect(first.headers).toHaveLength(512);
    const rest = await listHeaders(node, atOnce(window), world.access("headers", { from: first.next ?? 0 }));
    expect(rest.headers).toHaveLength(601 - 512);
    expect(rest).toMatchObject({ cards: world.segment.cards, permits: first.permits, next: null });
    expect([first.end, first.permits.length]).toEqual([first.next, 1]);

    // What came since, if anything, is asked for from there.
    const none = await listHeaders(node, atOnce(window), world.access("headers", { from: rest.end }));
    expect(none).toMatchObject({ headers: [], next: null, end: rest.end });
    expect(none.statement.statement).toMatchObject({ count: 601 });
    await node.db.query(
      `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
       select record, '0x' || encode(sha256('later'), 'hex'), segment, organisation, header, permit,
         session, wrap, content, own
       from records limit 1`,
    );
    const later = await listHeaders(node, atOnce(window), world.access("headers", { from: rest.end }));
    expect([later.headers.length, later.end]).toEqual([1, rest.end + 1]);
  });
});
