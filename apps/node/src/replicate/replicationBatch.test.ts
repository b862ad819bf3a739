import { AnamnesisError } from "@anamnesis/core/errors";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { genesisMember, type TestNode } from "../indexer/testing/testNode.ts";
import { putRecords } from "../records/putRecords.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { batchOf, seal } from "../testing/sealedRecords.ts";
import { RecentRecords } from "./recentRecords.ts";
import { nextForHome, outgoingBatch } from "./replicationBatch.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);
beforeAll(startTestDatabase, 60_000);

const SOUTH = genesisMember("south").organisation;
let world: CustodyWorld;
let node: TestNode;

beforeEach(async () => {
  world = await CustodyWorld.start("north");
  node = world.node;
});

/** A disk from which nothing can be read. */
function unreadable({ blobs }: TestNode): TestNode["blobs"] {
  const get = async (): Promise<never> => {
    throw new AnamnesisError({ code: "storage-failed", rule: "It reads.", fix: "Mend it." });
  };
  return Object.assign(Object.create(blobs) as TestNode["blobs"], { get });
}

it("sends what was just put from memory, and after a start the same from the disk", async () => {
  const first = await seal(world, node);
  const second = await seal(world, node, { previous: first.label, session: first.session });
  await putRecords(node, batchOf(first, second));
  const remembered = await nextForHome(node, SOUTH);
  const sent = await outgoingBatch({ ...node, blobs: unreadable(node) }, remembered);
  expect(sent).toEqual({ batch: batchOf(first, second), largeContents: [] });

  const started = { ...node, recent: new RecentRecords() };
  const read = await nextForHome(started, SOUTH);
  expect(read.map(({ parts }) => parts)).toEqual([null, null]);
  expect(await outgoingBatch(started, read)).toEqual(sent);
  await expect(outgoingBatch({ ...started, blobs: unreadable(node) }, read)).rejects.toMatchObject({
    code: "storage-failed",
  });
});

it("mixes what is in memory with what is not, in the order of writing", async () => {
  const first = await seal(world, node);
  const second = await seal(world, node, { previous: first.label });
  await putRecords(node, batchOf(first));
  await putRecords(node, batchOf(second));
  node.recent.forget(first.record);
  const rows = await nextForHome(node, SOUTH);
  expect(rows.map(({ parts }) => parts !== null)).toEqual([false, true]);
  const { batch } = await outgoingBatch(node, rows);
  expect(batch.records).toEqual([first.put, second.put]);
});

it("remembers neither what was not kept nor what belongs to another organisation", async () => {
  const other = await world.startNode("south", node.db);
  const foreign = await seal(world, other);
  await putRecords(node, batchOf(foreign));
  expect(node.recent.get(foreign.record)).toBeNull();
  const first = await seal(world, node);
  const rival = await seal(world, node);
  await putRecords(node, batchOf(first));
  await expect(putRecords(node, batchOf(rival))).rejects.toMatchObject({ code: "chain-conflict" });
  expect(node.recent.get(rival.record)).toBeNull();
});
