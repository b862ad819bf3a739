import { tmpdir } from "node:os";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { connect, httpSigner } from "@anamnesis/sdk/runtime";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADMIN, SealingWorld } from "../fhir/seal/testing/sealingWorld.ts";
import {
  closeTestDatabases,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { BlobCount } from "./blobCount.ts";
import { diskSpace } from "./diskSpace.ts";
import { nodeStatus } from "./nodeStatus.ts";

let world: SealingWorld;

beforeAll(startTestDatabase, 60_000);
beforeEach(async () => {
  world = await SealingWorld.start();
}, 60_000);
afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

const asked = (secret: Uint8Array) =>
  connect(world.runtime, "http://north.test:80", httpSigner(secret)).call(
    adminRoutes.nodeStatus,
    {},
    undefined,
  );

describe("a node's figures", () => {
  it("are an administrator's to see, and say what is on the ledger and what is still to come", async () => {
    expect(await codeOf(asked(bytesOf("stranger")))).toBe("not-authorised");
    await world.north.addRecord("first");
    const before = await asked(ADMIN);
    expect(before).toMatchObject({ anchors: { last: null, waiting: 1 }, threshold: 2 });
    expect(before.head?.number).toBe(world.north.copy.head()?.number);
    await world.settle();
    const after = await asked(ADMIN);
    expect(after.anchors).toMatchObject({ last: { sequence: 1, records: 1 }, waiting: 0 });
    expect(after.storage.database).toBeGreaterThan(1_000_000);
    expect(after.outbox).toEqual([]);
  });

  it("name each custodian and whether it answers", async () => {
    const node = { ...world.north, fetch: world.runtime.fetch };
    const blobs = new BlobCount({ blobs: node.blobs, timers: systemTimers });
    const answers = async () => {
      const { custodians } = await nodeStatus(node, blobs, () => diskSpace(tmpdir()));
      return custodians.map((one) => one.answers);
    };
    // Of the three custodians the third has no node here.
    expect((await answers()).filter(Boolean)).toHaveLength(2);
    world.network.stop("south.test");
    expect((await answers()).filter(Boolean)).toHaveLength(1);
  });

  it("say how large the disk and the blobs are, once they are counted", async () => {
    const { north } = world;
    const blobs = new BlobCount({ blobs: north.blobs, timers: systemTimers });
    expect(blobs.newest()).toBeNull();
    await blobs.settled();
    let count = 0;
    for await (const _ of north.blobs.list()) count += 1;
    expect(blobs.newest()?.count).toBe(count);
    const space = (await diskSpace(tmpdir())) ?? expect.unreachable("a disk");
    expect(space.free).toBeLessThanOrEqual(space.size);
    expect(await diskSpace("/nowhere/at/all")).toBeNull();
  });
});
