import {
  cardChain,
  exchangeRoutes,
  recordBatch,
  recordStatuses,
  segmentIds,
  segmentStates,
} from "@anamnesis/api/routes/exchange";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidOf, CODEC_DAG_CBOR, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import {
  type ActorId,
  type Address,
  type Cid,
  type CommitteeKeyId,
  type Digest,
  type OrganisationId,
  parseDay,
  parseUnixSeconds,
  type SegmentId,
} from "@anamnesis/core/ids";
import { header, type Header, bodyLabel } from "@anamnesis/core/record/header";
import { recordIdOf } from "@anamnesis/core/record/recordId";
import { session } from "@anamnesis/core/record/session";
import { wrap } from "@anamnesis/core/record/wrap";
import { type Card, card, cardDigest } from "@anamnesis/core/segment/card";
import { permit } from "@anamnesis/core/segment/permit";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { followLedger } from "../indexer/followLedger.ts";
import { startLedger } from "../indexer/testing/ledgerFixture.ts";
import { type Handler, TestNetwork } from "../indexer/testing/testNetwork.ts";
import { closeTestDatabases, releaseTestDatabases } from "../indexer/testing/testDatabase.ts";
import {
  bytesOf,
  dyingDatabase,
  genesisMember,
  rowsOf,
  testNode,
  type TestNode,
} from "../indexer/testing/testNode.ts";
import { notFound } from "../runtime/refuse.ts";
import { keepPermit } from "../segments/permitStore.ts";
import { createReplicator } from "./replicateRecords.ts";
import { replicateToHome } from "./replicateToHome.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const SEGMENT = toHex<SegmentId>(bytesOf("segment"));
const HOMES = ["south", "west"].map((name) => genesisMember(name).organisation) as [
  OrganisationId,
  OrganisationId,
];
const [SOUTH, WEST] = HOMES;

function refused(code: string, meta: Record<string, boolean> = {}): AnamnesisError {
  return new AnamnesisError({ code, rule: "No.", fix: "None.", meta });
}

function cardOf(number: number): Card {
  return {
    body: {
      segment: SEGMENT,
      owner: toHex<Address>(bytesOf("owner").subarray(0, 20)),
      nextOwner: toHex(bytesOf("next")),
      kind: toHex(bytesOf("kind")),
      number,
      previous: number === 0 ? null : cardDigest(cardOf(number - 1).body),
      epoch: 0,
      segmentKey: new Uint8Array(1216),
      receiptKey: new Uint8Array(1216),
      generation: 0,
      provisional: null,
      rotation: null,
      link: null,
      homes: HOMES,
    },
    signature: new Uint8Array(65),
  };
}

function notFoundHere(): never {
  throw notFound();
}

/** A home that keeps what it is sent, in the order of the routes; `judge` may refuse a record. */
class Home {
  readonly cards = new Map<string, Card>();
  readonly blobs = new Map<string, Uint8Array>();
  readonly records = new Map<string, Header>();
  readonly puts: number[] = [];
  judge: (value: Header) => void = () => undefined;
  /** Takes headers without the rest of them. */
  knowsErased = false;
  refuseBlobs = false;
  /** Headers that came alone. */
  alone = 0;

  readonly handler: Handler = async (method, path, body) => {
    if (method === "GET" && path.endsWith("/cards")) {
      if (this.cards.size === 0) throw notFound();
      return cardChain.encode({ cards: [...this.cards.values()] });
    }
    if (path === exchangeRoutes.segmentStates.path) {
      const newest = [...this.cards.keys()].at(-1) as Digest | undefined;
      const { segments } = segmentIds.decode(body);
      return segmentStates.encode({
        segments: segments.map(() => ({ newestCard: newest ?? null, previous: null })),
      });
    }
    if (path === exchangeRoutes.putCard.path) {
      const value = card.decode(body);
      this.cards.set(cardDigest(value.body), value);
      return new Uint8Array();
    }
    if (method === "GET") return this.blobs.get(path.split("/").at(-1) ?? "") ?? notFoundHere();
    if (method === "PUT") {
      if (this.refuseBlobs) throw refused("record-erased");
      this.blobs.set(path.split("/").at(-1) ?? "", body);
      return new Uint8Array();
    }
    const batch = recordBatch.decode(body);
    this.puts.push(batch.records.length);
    for (const { header: value, wrap: bytes, content } of batch.records) {
      this.judge(value);
      if (bytes === null) {
        if (!this.knowsErased) throw refused("bad-record");
        this.alone++;
        continue;
      }
      const named = wrap.decode(bytes).session;
      if (!batch.sessions.some((item) => session.cid(item) === named)) throw refused("bad-record");
      if (content === null && !this.knowsErased && !this.blobs.has(value.body.content))
        throw refused("bad-record");
    }
    for (const { header: value } of batch.records) this.records.set(bodyLabel(value.body), value);
    return recordStatuses.encode({
      records: batch.records.map(({ header: value }) => ({
        record: recordIdOf(value.body.U),
        accepted: true,
        stored: false,
        anchor: null,
      })),
    });
  };
}

interface World {
  readonly node: TestNode;
  readonly network: TestNetwork;
  readonly south: Home;
  readonly west: Home;
}

async function world(): Promise<World> {
  const network = new TestNetwork();
  const [south, west] = [new Home(), new Home()];
  network.hosts.set("south.test", south.handler);
  network.hosts.set("west.test", west.handler);
  const ledger = startLedger("north", "south", "west");
  const node = await testNode(ledger, "north", { fetch: network.fetch });
  await followLedger(node, node.copy);
  for (const number of [0, 1]) {
    const value = cardOf(number);
    await node.db.query("insert into cards (segment, number, digest, bytes) values ($1, $2, $3, $4)", [
      SEGMENT,
      number,
      cardDigest(value.body),
      card.encode(value),
    ]);
  }
  return { node, network, south, west };
}

/** A record as `putRecords` leaves it: blobs, permit, row and one queued copy for each home. */
async function accept(node: TestNode, text: string, contentBytes = 100): Promise<number> {
  const permitBody = {
    segment: SEGMENT,
    organisation: node.organisation,
    notAfter: parseUnixSeconds(2_000_000_000),
    salt: bytesOf("salt"),
  };
  const content = new Uint8Array(contentBytes).fill(text.charCodeAt(0));
  const sessionBytes = session.encode({ segment: SEGMENT, epoch: 0, enc: new Uint8Array(1120) });
  const sessionCid = cidOf(sessionBytes, CODEC_DAG_CBOR);
  const wrapBytes = wrap.encode({ session: sessionCid, sealed: bytesOf(text) });
  const U = new Uint8Array(33).fill(2);
  U.set(bytesOf(`U ${text}`), 1);
  const value: Header = {
    body: {
      core: {
        committee: toHex<CommitteeKeyId>(bytesOf("committee")),
        segment: SEGMENT,
        epoch: 0,
        organisation: node.organisation,
        author: toHex<ActorId>(bytesOf("author")),
        day: parseDay(20_000),
        previous: null,
        permit: toHex<Digest>(bytesOf("permit")),
        attributes: toHex(bytesOf("attributes")),
        endorsement: null,
      },
      U,
      Ubar: U,
      keyCommitment: bytesOf("kc"),
      content: cidOf(content, CODEC_RAW),
      contentBytes,
      wrap: cidOf(wrapBytes, CODEC_DAG_CBOR),
    },
    proof: new Uint8Array(64),
    signature: new Uint8Array(65),
  };
  await keepPermit(
    node.db,
    node.ledger.identity,
    permit.decode(permit.encode({ body: permitBody, signature: new Uint8Array(65) })),
  );
  const [kept] = await node.db.query<{ digest: Digest }>("select digest from permits");
  await node.blobs.put(sessionCid, sessionBytes);
  await node.blobs.put(value.body.wrap, wrapBytes);
  await node.blobs.put(value.body.content, content);
  const [row] = await node.db.query<{ position: number }>(
    `insert into records (record, label, segment, organisation, header, permit, session, wrap, content, own)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true) returning position`,
    [
      recordIdOf(U),
      bodyLabel(value.body),
      SEGMENT,
      node.organisation,
      header.encode(value),
      kept?.digest ?? "",
      sessionCid,
      value.body.wrap,
      value.body.content,
    ],
  );
  const position = row?.position ?? 0;
  for (const home of HOMES) {
    await node.db.query("insert into replication_queue (position, home) values ($1, $2)", [position, home]);
  }
  return position;
}

const queueOf = (node: TestNode): Promise<readonly unknown[]> =>
  rowsOf(node.db, "replication_queue", "home, position");

describe("replication", () => {
  it("brings cards, sessions, large contents and records to every home, each once", async () => {
    const { node, network, south, west } = await world();
    const replicator = createReplicator(node);
    for (const text of ["a", "b", "c"]) await accept(node, text);
    await accept(node, "d", 300_000);
    await replicator.pass();
    for (const home of [south, west]) {
      expect([...home.cards.values()].map(({ body }) => body.number)).toEqual([0, 1]);
      expect(home.records.size).toBe(4);
      expect(home.puts).toEqual([4]);
      expect([...home.blobs.values()].map((bytes) => bytes.length)).toEqual([300_000]);
    }
    expect(await queueOf(node)).toEqual([]);
    expect(await rowsOf(node.db, "replicas", "position")).toHaveLength(8);
    const asked = network.requests.length;
    await replicator.pass();
    expect(network.requests).toHaveLength(asked);
  });

  it("does not let a home that is away stop the others, and goes on when it is back", async () => {
    const { node, network, south, west } = await world();
    network.hosts.delete("west.test");
    for (const text of ["a", "b"]) await accept(node, text);
    const replicator = createReplicator(node);
    await replicator.pass();
    expect(south.records.size).toBe(2);
    expect(await queueOf(node)).toMatchObject([
      { home: WEST, attempts: 0 },
      { home: WEST, attempts: 0 },
    ]);
    network.hosts.set("west.test", west.handler);
    await replicator.pass();
    expect(west.records.size).toBe(2);
    expect(await queueOf(node)).toEqual([]);
  });

  it("does not wait for a home that hangs", async () => {
    const { node, network, south } = await world();
    let release = (): void => undefined;
    const hanging = new Promise<void>((done) => {
      release = done;
    });
    const home = new Home();
    network.hosts.set("west.test", async (...request) => {
      await hanging;
      return home.handler(...request);
    });
    await accept(node, "a");
    // The time that a pass waits is over at once.
    const replicator = createReplicator({ ...node, timers: { now: () => 0, sleep: async () => undefined } });
    await replicator.pass();
    while (south.records.size === 0) await new Promise(setImmediate);
    await accept(node, "b");
    while (south.records.size < 2) {
      await replicator.pass();
      await new Promise(setImmediate);
    }
    expect(home.records.size).toBe(0);
    release();
    await replicator.settled();
    expect(home.records.size).toBe(2);
  });

  it("sends all but a record that a home refuses, and tries that one again ever more rarely", async () => {
    const { node, south } = await world();
    for (let i = 0; i < 7; i++) await accept(node, `${i}`);
    const [bad] = await node.db.query<{ label: string }>("select label from records where position = 4");
    south.judge = (value) => {
      if (bodyLabel(value.body) === bad?.label) throw refused("bad-record");
    };
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 6, refused: 1, reached: true });
    expect(south.records.size).toBe(6);
    expect(node.log.events).toContain("replication-refused");
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 0, refused: 0, reached: true });
    node.testClock.time += 1;
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 0, refused: 1, reached: true });
    node.testClock.time += 1;
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 0, refused: 0, reached: true });
    south.judge = () => undefined;
    node.testClock.time += 1;
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 1, refused: 0, reached: true });
  });

  it("postpones no record when the home is only busy", async () => {
    const { node, south } = await world();
    await accept(node, "a");
    south.judge = () => {
      throw refused("busy");
    };
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 0, refused: 0, reached: false });
    expect(await queueOf(node)).toMatchObject([{ attempts: 0 }, { attempts: 0 }]);
  });

  it("goes on with the record when the home holds another card of that number", async () => {
    const { node, network, south } = await world();
    network.hosts.set("south.test", async (method, path, body) => {
      if (path === exchangeRoutes.putCard.path) throw refused("card-conflict");
      return south.handler(method, path, body);
    });
    await accept(node, "a");
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 1, refused: 0, reached: true });
    expect(node.log.events).toContain("replication-card-conflict");
  });

  it("sends the others when this node lost a record's content", async () => {
    const { node, south } = await world();
    await accept(node, "a");
    await accept(node, "b");
    const [row] = await node.db.query<{ content: Cid }>("select content from records where position = 1");
    if (row === undefined) expect.unreachable();
    await node.blobs.delete(row.content);
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 1, refused: 1, reached: true });
    expect(south.records.size).toBe(1);
  });

  it("brings of an erased record its header alone, and tries again later where the home does not know of it", async () => {
    const { node, south, west } = await world();
    const position = await accept(node, "a");
    await accept(node, "b", 300_000);
    await accept(node, "c");
    const rows = await node.db.query<{ record: string; wrap: Cid; content: Cid }>(
      "select record, wrap, content from records order by position limit 2",
    );
    for (const { record, wrap: wrapCid, content } of rows) {
      await node.db.query("insert into sticky_erasures (record, stored_at) values ($1, 1)", [record]);
      for (const cid of [wrapCid, content]) await node.blobs.purge(cid);
    }
    west.knowsErased = true;
    expect(await replicateToHome(node, WEST)).toEqual({ stored: 3, refused: 0, reached: true });
    expect(west.records.size).toBe(3);
    expect(west.alone).toBe(2);
    expect([...west.blobs.keys()]).toEqual([]);
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 1, refused: 2, reached: true });
    south.knowsErased = true;
    node.testClock.time += 1;
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 2, refused: 0, reached: true });
    expect(position).toBe(1);
  });

  it("goes on without a large content of which the home knows that its record is erased", async () => {
    const { node, south } = await world();
    await accept(node, "a", 300_000);
    south.knowsErased = true;
    south.refuseBlobs = true;
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 1, refused: 0, reached: true });
    expect(south.records.size).toBe(1);
  });

  it("sends in batches of 128", async () => {
    const { node, south } = await world();
    for (let i = 0; i < 300; i++) await accept(node, `${i}`);
    expect(await replicateToHome(node, SOUTH)).toEqual({ stored: 300, refused: 0, reached: true });
    expect(south.puts).toEqual([128, 128, 44]);
  });

  it("keeps a record in the queue until the answer is on this node's disk", async () => {
    const { node, south } = await world();
    await accept(node, "a");
    let at = 1;
    for (; at < 40; at++) {
      const { db, statements } = dyingDatabase(node.db, at);
      try {
        await replicateToHome({ ...node, db }, SOUTH);
        expect(statements()).toBeLessThan(at);
        break;
      } catch (error) {
        expect(hasCode(error, "killed")).toBe(true);
      }
    }
    expect(at).toBeGreaterThan(5);
    expect(south.records.size).toBe(1);
    expect(await queueOf(node)).toMatchObject([{ home: WEST }]);
    expect(await rowsOf(node.db, "replicas", "position")).toEqual([{ position: 1, home: SOUTH }]);
  });
});
