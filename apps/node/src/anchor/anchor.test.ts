import { verifyCheckpoint } from "@anamnesis/core/audit/checkpoint";
import { leafHash, verifyInclusion } from "@anamnesis/core/audit/merkleTree";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { parseCid } from "@anamnesis/core/encoding/cid";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { encodeLeaf } from "@anamnesis/core/record/leaf";
import { manifest } from "@anamnesis/core/record/manifest";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Database } from "@anamnesis/core/ports/database";
import { fetchManifests } from "../indexer/fetchManifests.ts";
import { followLedger } from "../indexer/followLedger.ts";
import type { FirstAnchored } from "../indexer/ledgerCopy.ts";
import { batchIntent, outboxOf, startLedger } from "../indexer/testing/ledgerFixture.ts";
import {
  closeTestDatabases,
  emptyDatabase,
  openTestDatabase,
  releaseTestDatabases,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf, dyingDatabase, rowsOf, testNode, type TestNode } from "../indexer/testing/testNode.ts";
import { sendOutbox } from "../outbox/sendOutbox.ts";
import { logSigner } from "../receipts/logSigner.ts";
import { anchorProofOf } from "./anchorProof.ts";
import { anchorTick } from "./anchorTick.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

/** Sends what waits and reads the ledger up to its head. */
async function carry(node: TestNode): Promise<void> {
  await sendOutbox(node);
  await followLedger(node, node.copy);
  await fetchManifests(node);
}

async function appendReceipt(node: TestNode, text: string): Promise<void> {
  await node.receipts.append({ commitment: bytesOf(text), sealed: utf8ToBytes(text), tag: bytesOf("tag") });
}

/** One life that ends before its `at`-th statement or commit, and a second one. False when the first one came through. */
async function anchorsOnceKilledAt(at: number, db: Database): Promise<boolean> {
  const ledger = startLedger();
  const disk = { blobs: new MemoryBlobStore(), receipts: new MemoryReceiptLog() };
  const whole = await testNode(ledger, "north", { ...disk, db });
  for (let i = 0; i < 3; i++) await whole.addRecord(`${i}`);
  await appendReceipt(whole, "one");
  let killed = false;
  for (const life of [dyingDatabase(db, at).db, db]) {
    const node = await testNode(ledger, "north", { ...disk, db: life });
    try {
      await followLedger(node, node.copy);
      await anchorTick(node);
      await carry(node);
    } catch (error) {
      expect(hasCode(error, "killed")).toBe(true);
      killed = true;
    }
  }
  const batches = await db.query<{ manifest_cid: string }>("select * from batches");
  expect(batches).toMatchObject([{ sequence: 1, count: 3 }]);
  expect(await rowsOf(db, "ledger_batches", "sequence")).toMatchObject([
    { sequence: 1, manifest_held: true },
  ]);
  expect(await rowsOf(db, "ledger_log_heads", "size")).toMatchObject([{ size: 1 }]);
  expect((await outboxOf(db)).map((row) => row["state"])).toEqual(["done", "done"]);
  const bytes = await disk.blobs.get(parseCid(batches[0]?.manifest_cid ?? ""));
  const kept = await db.query<{ record: string }>("select record from records order by leaf_index");
  const { leaves } = manifest.decode(bytes ?? new Uint8Array());
  expect(leaves.map((leaf) => leaf.record)).toEqual(kept.map((row) => row.record));
  return killed;
}

describe("anchorTick", () => {
  it("does nothing before the copy of the ledger is complete, and nothing when nothing waits", async () => {
    const node = await testNode(startLedger(), "north");
    await node.addRecord("a");
    expect(await anchorTick(node)).toEqual({ records: 0, logSize: 0 });
    await followLedger(node, node.copy);
    expect(await anchorTick(node)).toEqual({ records: 1, logSize: 0 });
    await carry(node);
    expect(await anchorTick(node)).toEqual({ records: 0, logSize: 0 });
    expect(node.woken.filter((worker) => worker === "outbox")).toHaveLength(2);
  });

  it("makes one batch and one head when it is asked twice at once", async () => {
    const node = await testNode(startLedger(), "north");
    await followLedger(node, node.copy);
    for (let i = 0; i < 5; i++) await node.addRecord(`${i}`);
    await appendReceipt(node, "one");
    const ticks = await Promise.all(Array.from({ length: 4 }, () => anchorTick(node)));
    expect(ticks.reduce((sum, tick) => sum + tick.records, 0)).toBe(5);
    expect(ticks.reduce((sum, tick) => sum + tick.logSize, 0)).toBe(1);
    expect(await rowsOf(node.db, "batches", "sequence")).toMatchObject([{ sequence: 1, count: 5 }]);
    expect(await outboxOf(node.db)).toHaveLength(2);
    await carry(node);
    expect((await outboxOf(node.db)).map((row) => row["state"])).toEqual(["done", "done"]);
  });

  it("anchors all records and the log's head in one submission, each with a proof", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    const records = [];
    for (let i = 0; i < 37; i++) records.push(await node.addRecord(`${i}`));
    await appendReceipt(node, "one");
    expect(await anchorTick(node)).toEqual({ records: 37, logSize: 1 });
    const before = await node.ledger.head();
    await carry(node);
    expect((await node.ledger.head()).number).toBe(before.number + 1);

    const order: number[] = [];
    const firsts = await node.copy.firstAnchored(
      records.map(({ record }) => record),
      node.organisation,
    );
    for (const { record, label } of records) {
      const first = firsts.get(record) as FirstAnchored;
      expect(first).toMatchObject({ sequence: 1, label });
      order.push(first.index);
      const proof = await anchorProofOf(node, first);
      const leaf = encodeLeaf({ record, label, organisation: node.organisation });
      expect(
        proof !== null &&
          verifyInclusion({ ...proof, leafHash: leafHash(leaf), root: fromHex(first.batch.root) }),
      ).toBe(true);
    }
    expect(order.toSorted((a, b) => a - b)).toEqual(records.map((_, i) => i));
    expect(order).not.toEqual(records.map((_, i) => i));
    const [some] = [...firsts.values()] as [FirstAnchored];
    expect(await anchorProofOf(node, { ...some, index: 37 })).toBeNull();
    const elsewhere = { ...some.batch, sequence: 2, root: toHex(new Uint8Array(32)) };
    expect(await anchorProofOf(node, { ...some, batch: elsewhere })).toBeNull();

    const [checkpoint] = await node.db.query<{ text: string }>("select text from checkpoints");
    const signer = logSigner(node);
    const head = verifyCheckpoint(checkpoint?.text ?? "", signer);
    expect(await node.copy.logHead(node.organisation)).toEqual({ size: head.size, root: toHex(head.root) });
    const [anchored] = await node.db.query<{ checkpoint: string }>("select checkpoint from ledger_log_heads");
    expect(anchored?.checkpoint).toBe(toHex(sha256(utf8ToBytes(checkpoint?.text ?? ""))));
  });

  it("lets records wait while a batch is on its way, and takes them together", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    await node.addRecord("a");
    await appendReceipt(node, "one");
    expect(await anchorTick(node)).toEqual({ records: 1, logSize: 1 });
    for (const text of ["b", "c"]) {
      await node.addRecord(text);
      await appendReceipt(node, text);
      expect(await anchorTick(node)).toEqual({ records: 0, logSize: 0 });
    }
    await carry(node);
    expect(await anchorTick(node)).toEqual({ records: 2, logSize: 3 });
    await carry(node);
    expect(await rowsOf(node.db, "batches", "sequence")).toMatchObject([
      { sequence: 1, count: 1 },
      { sequence: 2, count: 2 },
    ]);
    expect(await node.copy.batch(node.organisation, 2)).toMatchObject({ count: 2 });
  });

  it("goes on after the ledger's last batch when the database is older than the ledger", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await ledger.connect().submit([batchIntent(node, 1), batchIntent(node, 2)]);
    await followLedger(node, node.copy);
    await node.addRecord("a");
    await anchorTick(node);
    await carry(node);
    expect(await node.copy.batch(node.organisation, 3)).toMatchObject({ count: 1 });
  });

  it("stops when the ledger refused a batch of its own", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    await node.addRecord("a");
    await anchorTick(node);
    await ledger.connect().submit([batchIntent(node, 1, "of an old backup")]);
    await carry(node);
    expect(await outboxOf(node.db)).toMatchObject([{ state: "refused", refusal: "sequence-conflict" }]);
    await node.addRecord("b");
    expect(await anchorTick(node)).toEqual({ records: 0, logSize: 0 });
    expect(node.log.events).toContain("anchoring-stopped");
  });

  it("sends its batches again, unchanged, after a reorganisation", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    for (const text of ["a", "b"]) {
      await node.addRecord(text);
      await anchorTick(node);
      await carry(node);
    }
    const last = await node.addRecord("c");
    await anchorTick(node);
    await carry(node);
    const batches = await rowsOf(node.db, "batches", "sequence");
    const leaves = await rowsOf(node.db, "leaves", "sequence");
    ledger.reorganise(2);
    await followLedger(node, node.copy);
    expect(await rowsOf(node.db, "leaves", "sequence")).toHaveLength(1);
    expect((await node.copy.firstAnchored([last.record], node.organisation)).size).toBe(0);
    await carry(node);
    expect(await rowsOf(node.db, "batches", "sequence")).toEqual(batches);
    expect(await rowsOf(node.db, "leaves", "sequence")).toEqual(leaves);
    expect(await anchorTick(node)).toEqual({ records: 0, logSize: 0 });
  });

  it("anchors each record once when the process ends before any one of its steps", async () => {
    const db = await openTestDatabase();
    let killed = true;
    let at = 0;
    while (killed) {
      await emptyDatabase(db);
      killed = await anchorsOnceKilledAt(++at, db);
    }
    expect(at).toBeGreaterThan(40);
  });

  it("stores no batch whose manifest is not on disk", async () => {
    const blobs = new MemoryBlobStore();
    blobs.put = async () => {
      throw new AnamnesisError({ code: "storage-full", rule: "Full.", fix: "Make room." });
    };
    const node = await testNode(startLedger(), "north", { blobs });
    await followLedger(node, node.copy);
    await node.addRecord("a");
    await expect(anchorTick(node)).rejects.toSatisfy((error) => hasCode(error, "storage-full"));
    expect(await outboxOf(node.db)).toEqual([]);
    expect(await rowsOf(node.db, "records", "position")).toMatchObject([{ sequence: null }]);
  });
});

describe("anchorLogHead", () => {
  it("signs nothing with a log that lost what it had signed, and anchors records all the same", async () => {
    const ledger = startLedger();
    const node = await testNode(ledger, "north");
    await followLedger(node, node.copy);
    await appendReceipt(node, "one");
    await appendReceipt(node, "two");
    await anchorTick(node);
    await carry(node);
    const older = await testNode(ledger, "north", { db: node.db, blobs: node.blobs });
    await followLedger(older, older.copy);
    await appendReceipt(older, "one");
    await older.addRecord("a");
    await expect(anchorTick(older)).rejects.toSatisfy((error) => hasCode(error, "log-rolled-back"));
    expect((await outboxOf(node.db)).map((row) => row["state"])).toEqual(["done", "pending"]);
    // Of another content and longer, with a fresh database: the ledger remembers.
    const forked = await testNode(ledger, "north");
    await followLedger(forked, forked.copy);
    for (const text of ["one", "other", "three"]) await appendReceipt(forked, text);
    await expect(anchorTick(forked)).rejects.toSatisfy((error) => hasCode(error, "log-rolled-back"));
    expect(await rowsOf(forked.db, "checkpoints", "size")).toEqual([]);
  });
});
