import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidDigest, cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import type { Cid } from "@anamnesis/core/ids";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { AnamnesisError } from "@anamnesis/core/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepKeyCard } from "../directory/keyCards.ts";
import { signErasure } from "../erasure/signErasure.ts";
import { takeErasure } from "../erasure/takeErasure.ts";
import { closeTestDatabases } from "../indexer/testing/testDatabase.ts";
import { blobHandler, TestNetwork } from "../indexer/testing/testNetwork.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { CustodyWorld } from "../testing/custodyWorld.ts";
import { type Sealed, written } from "../testing/sealedRecords.ts";
import { type BlobMender, createBlobMender } from "./mendBlobs.ts";
import { takeBlob } from "./takeBlob.ts";
import { WatchedBlobStore } from "./watchedBlobStore.ts";

let world: CustodyWorld;
let record: Sealed;
let content: Cid;
beforeAll(async () => {
  world = await CustodyWorld.start("north");
  record = await written(world, world.node);
  content = record.header.body.content;
}, 120_000);
afterAll(closeTestDatabases);

let stored: MemoryBlobStore;
let blobs: WatchedBlobStore;
let mender: BlobMender;
let network: TestNetwork;
beforeEach(async () => {
  stored = new MemoryBlobStore();
  for await (const cid of world.blobs.list())
    await stored.put(cid, (await world.blobs.get(cid)) as Uint8Array);
  network = new TestNetwork();
  mender = createBlobMender({ ...world.node, blobs: stored, fetch: network.fetch });
  blobs = new WatchedBlobStore(stored, (cid, trouble) => void mender.note(cid, trouble));
});

const right = async (cid: Cid): Promise<Uint8Array> => (await world.blobs.get(cid)) as Uint8Array;

describe("a blob that is found damaged or missing", () => {
  it("is fetched from a home of its segment, the damaged bytes kept as evidence", async () => {
    network.hosts.set("south.test", blobHandler(world.blobs));
    stored.damage(content, 1);
    expect(await codeOf(blobs.get(content))).toBe("blob-corrupt");
    expect(await mender.pass()).toBe(1);
    expect(await blobs.get(content)).toEqual(await right(content));
    expect(stored.aside.map(({ cid }) => cid)).toEqual([content]);
    for (const cid of [record.header.body.wrap, record.session.cid]) {
      await stored.delete(cid);
      expect(await blobs.get(cid)).toBeNull();
    }
    expect(await mender.pass()).toBe(2);
    expect(await blobs.get(record.session.cid)).toEqual(await right(record.session.cid));
    expect(stored.aside).toHaveLength(1);
    expect(await mender.pass()).toBe(0);
  });

  it("as a manifest is fetched from any member, through a stream as well", async () => {
    network.hosts.set("west.test", blobHandler(world.blobs));
    const [row] = await world.node.db.query<{ cid: Cid }>("select manifest_cid as cid from batches");
    const cid = row?.cid as Cid;
    stored.damage(cid, 1);
    const reading = (async () => {
      for await (const _piece of (await blobs.stream(cid)) ?? []);
    })();
    expect(await codeOf(reading)).toBe("blob-corrupt");
    expect(await mender.pass()).toBe(1);
    expect(await blobs.get(cid)).toEqual(await right(cid));
  });

  it("is asked for once however often it is read, and at growing intervals while nobody has it", async () => {
    const asked = (): number => network.requests.length;
    stored.damage(content, 1);
    for (let i = 0; i < 50; i++) expect(await codeOf(blobs.get(content))).toBe("blob-corrupt");
    await mender.pass();
    expect(asked()).toBe(1);
    await mender.pass();
    expect(asked()).toBe(1);
    world.clock.time += 2;
    await mender.pass();
    expect(asked()).toBe(2);
    world.clock.time += 1;
    await mender.pass();
    expect(asked()).toBe(2);
    // What was damaged stays where it is until the right bytes are at hand.
    expect(stored.aside).toEqual([]);
    network.hosts.set("south.test", async () => bytesOf("something else"));
    world.clock.time += 3600;
    expect(await mender.pass()).toBe(0);
    network.hosts.set("south.test", blobHandler(world.blobs));
    world.clock.time += 3600;
    expect(await mender.pass()).toBe(1);
    expect(await blobs.get(content)).toEqual(await right(content));
  });

  it("is nobody's trouble when this node need not keep it", async () => {
    for (let i = 0; i < 3000; i++) await blobs.get(cidOf(bytesOf(`unknown ${i}`), CODEC_RAW));
    for (let pass = 0; pass < 20; pass++) expect(await mender.pass()).toBe(0);
    expect(network.requests).toEqual([]);
    await stored.delete(content);
    network.hosts.set("south.test", blobHandler(world.blobs));
    expect(await blobs.size(content)).toBeNull();
    expect(await mender.pass()).toBe(1);
  });
});

describe("a blob of an erased record", () => {
  const erase = () => takeErasure(world.node, erasure);
  let erasure: Awaited<ReturnType<typeof signErasure>>;
  let gone: Sealed;
  beforeAll(async () => {
    gone = await written(world, world.node, { previous: record.label });
    erasure = await signErasure(world.node, gone.record);
  });

  it("that is erased while another node gives it does not stay", async () => {
    const { content: cid } = gone.header.body;
    await stored.delete(cid);
    const give = blobHandler(world.blobs);
    network.hosts.set("south.test", async (...request) => {
      await erase();
      return give(...request);
    });
    expect(await blobs.size(cid)).toBeNull();
    expect(await mender.pass()).toBe(0);
    expect(await stored.size(cid)).toBeNull();
  });

  it("is not missed, and not fetched again", async () => {
    await erase();
    const { wrap, content: cid } = gone.header.body;
    for (const one of [wrap, cid]) {
      await stored.purge(one);
      expect(await blobs.get(one)).toBeNull();
    }
    expect(await mender.pass()).toBe(0);
    expect(network.requests).toEqual([]);
  });

  it("is not taken as an upload, nor kept when it is erased while it comes", async () => {
    const { content: cid } = gone.header.body;
    const bytes = await right(cid);
    const signer = toHex(world.node.keys.card.ed25519);
    await keepKeyCard(world.node.db, world.node.keys.card);
    const node = { ...world.node, blobs: stored };
    await erase();
    await stored.purge(cid);
    const upload = () => ({ digest: cidDigest(cid), length: bytes.length, pieces: once(bytes) });
    expect(await codeOf(takeBlob(node, cid, upload(), signer))).toBe("record-erased");
    await world.node.db.query("delete from sticky_erasures");
    const racing: typeof node.durable = async (_, work) => {
      const result = await work();
      await erase();
      return result;
    };
    expect(await codeOf(takeBlob({ ...node, durable: racing }, cid, upload(), signer))).toBe("record-erased");
    expect(await stored.size(cid)).toBeNull();
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

it("a store that cannot write says so until a write goes through", async () => {
  const full = new AnamnesisError({ code: "storage-full", rule: "No.", fix: "None." });
  let works = false;
  stored.put = async () => {
    if (!works) throw full;
  };
  expect(blobs.failure()).toBeNull();
  expect(await codeOf(blobs.put(content, new Uint8Array()))).toBe("storage-full");
  expect(blobs.failure()).toBe("storage-full");
  works = true;
  await blobs.put(content, new Uint8Array());
  expect(blobs.failure()).toBeNull();
});
