import { leafHash, rootOf } from "@anamnesis/core/audit/merkleTree";
import { fromHex, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { cidFromDigest, CODEC_DAG_CBOR } from "@anamnesis/core/encoding/cid";
import type { BodyLabel, Digest, Hash32, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { SignedIntent } from "@anamnesis/core/ledger/intents";
import { encodeLeaf, type Leaf } from "@anamnesis/core/record/leaf";
import { manifest, type Manifest } from "@anamnesis/core/record/manifest";
import type { MemoryLedger } from "@anamnesis/ledger/memory/memoryLedger";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { sha256 } from "@noble/hashes/sha2.js";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { fetchManifests } from "./fetchManifests.ts";
import type { FirstAnchored } from "./ledgerCopy.ts";
import { followLedger } from "./followLedger.ts";
import { startLedger } from "./testing/ledgerFixture.ts";
import { blobHandler, TestNetwork } from "./testing/testNetwork.ts";
import { closeTestDatabases, releaseTestDatabases } from "./testing/testDatabase.ts";
import { bytesOf, rowsOf, testNode, type TestNode } from "./testing/testNode.ts";

afterEach(releaseTestDatabases);
afterAll(closeTestDatabases);

function leafOf(organisation: OrganisationId, text: string): Leaf {
  return {
    record: toHex<RecordId>(bytesOf(`record ${text}`)),
    label: toHex<BodyLabel>(bytesOf(`label ${text}`)),
    organisation,
  };
}

interface Made {
  readonly value: Manifest;
  readonly bytes: Uint8Array;
  readonly intent: SignedIntent;
}

/** A batch of `author` with its manifest; `forge` changes what the manifest says, `anchored` what the ledger says. */
function batchOf(
  author: TestNode,
  sequence: number,
  texts: readonly string[],
  forge: (value: Manifest) => Manifest = (value) => value,
  anchored: { count?: number; root?: Hash32; manifest?: Digest } = {},
): Made {
  const { organisation } = author;
  const leaves = texts.map((text) => leafOf(organisation, text));
  const value = forge({ organisation, sequence, leaves });
  const intent = author.signed({
    type: "AnchorBatch",
    organisation,
    sequence,
    root: toHex(rootOf(leaves.map((leaf) => leafHash(encodeLeaf(leaf))))),
    count: leaves.length,
    manifest: manifest.digest(value),
    ...anchored,
  });
  return { value, bytes: manifest.encode(value), intent };
}

async function world(): Promise<{
  ledger: MemoryLedger;
  network: TestNetwork;
  north: TestNode;
  south: TestNode;
}> {
  const ledger = startLedger();
  const network = new TestNetwork();
  const north = await testNode(ledger, "north", { fetch: network.fetch });
  const south = await testNode(ledger, "south", { fetch: network.fetch });
  return { ledger, network, north, south };
}

async function firstOf(
  node: TestNode,
  record: RecordId,
  organisation: OrganisationId,
): Promise<FirstAnchored | undefined> {
  return (await node.copy.firstAnchored([record], organisation)).get(record);
}

async function anchor(ledger: MemoryLedger, author: TestNode, ...batches: readonly Made[]): Promise<void> {
  for (const { value, bytes } of batches) await author.blobs.put(manifest.cid(value), bytes);
  await ledger.connect().submit(batches.map(({ intent }) => intent));
}

describe("fetchManifests", () => {
  it("takes manifests from their author and gives the first leaf of a record", async () => {
    const { ledger, network, north, south } = await world();
    network.hosts.set("south.test", blobHandler(south.blobs));
    await anchor(ledger, south, batchOf(south, 1, ["a", "b"]), batchOf(south, 2, ["c", "a"]));
    await followLedger(north, north.copy);
    const { record, label } = leafOf(south.organisation, "a");
    expect(await firstOf(north, record, south.organisation)).toBeUndefined();
    expect(await fetchManifests(north)).toEqual({ held: 2, invalid: 0, missing: 0 });
    expect(await firstOf(north, record, south.organisation)).toMatchObject({
      sequence: 1,
      index: 0,
      label,
      batch: { organisation: south.organisation, sequence: 1, count: 2 },
    });
    expect(await firstOf(north, record, north.organisation)).toBeUndefined();
    const asked = network.requests.length;
    expect(await fetchManifests(north)).toEqual({ held: 0, invalid: 0, missing: 0 });
    expect(network.requests).toHaveLength(asked);
  });

  it("calls no leaf the first while an earlier manifest is missing", async () => {
    const { ledger, network, north, south } = await world();
    const [first, second] = [batchOf(south, 1, ["a"]), batchOf(south, 2, ["b"])];
    await anchor(ledger, south, first, second);
    await south.blobs.delete(manifest.cid(first.value));
    network.hosts.set("south.test", blobHandler(south.blobs));
    await followLedger(north, north.copy);
    expect(await fetchManifests(north)).toEqual({ held: 1, invalid: 0, missing: 1 });
    const { record } = leafOf(south.organisation, "b");
    expect(await firstOf(north, record, south.organisation)).toBeUndefined();
    await south.blobs.put(manifest.cid(first.value), first.bytes);
    expect(await fetchManifests(north)).toEqual({ held: 1, invalid: 0, missing: 0 });
    expect(await firstOf(north, record, south.organisation)).toMatchObject({ sequence: 2 });
  });

  it("asks the others when the author is away, and a silent node once in a pass", async () => {
    const { ledger, network, north, south } = await world();
    const made = [batchOf(south, 1, ["a"]), batchOf(south, 2, ["b"])];
    await anchor(ledger, south, ...made);
    await followLedger(north, north.copy);
    expect(await fetchManifests(north)).toEqual({ held: 0, invalid: 0, missing: 2 });
    expect(network.requests).toHaveLength(1);
    const lost = await testNode(ledger, "south", { fetch: network.fetch });
    await followLedger(lost, lost.copy);
    for (const { value, bytes } of made) await north.blobs.put(manifest.cid(value), bytes);
    network.hosts.set("north.test", blobHandler(north.blobs));
    expect(await fetchManifests(lost)).toEqual({ held: 2, invalid: 0, missing: 0 });
    expect(await fetchManifests(north)).toEqual({ held: 2, invalid: 0, missing: 0 });
    expect(network.requests).toHaveLength(3);
  });

  it("never holds a manifest that does not fit its batch, and asks for it once", async () => {
    const { ledger, network, north, south } = await world();
    network.hosts.set("south.test", blobHandler(south.blobs));
    const other = leafOf(north.organisation, "x");
    const forged = [
      batchOf(south, 1, ["a"], (value) => ({ ...value, sequence: 7 })),
      batchOf(south, 2, ["b"], (value) => ({ ...value, organisation: north.organisation })),
      batchOf(south, 3, ["c"], (value) => ({ ...value, leaves: [other] }), {
        root: toHex(rootOf([leafHash(encodeLeaf(other))])),
      }),
      batchOf(south, 4, ["d"], (value) => ({ ...value, leaves: [...value.leaves, ...value.leaves] })),
      batchOf(south, 5, ["e"], (value) => ({ ...value, leaves: [leafOf(south.organisation, "f")] })),
      batchOf(south, 6, ["g"], (value) => value, { count: 2 }),
    ];
    await anchor(ledger, south, ...forged);
    const good = batchOf(north, 1, ["mine"]);
    await anchor(ledger, north, good);
    await followLedger(north, north.copy);
    expect(await fetchManifests(north)).toEqual({ held: 1, invalid: 6, missing: 0 });
    expect(north.log.events.filter((event) => event === "manifest-invalid")).toHaveLength(6);
    expect(await rowsOf(north.db, "leaves", "sequence")).toHaveLength(1);
    expect(await fetchManifests(north)).toEqual({ held: 0, invalid: 0, missing: 0 });
  });

  it("takes no other bytes than those it asked for, and never holds anchored bytes that are no manifest", async () => {
    const { ledger, network, north, south } = await world();
    await anchor(ledger, south, batchOf(south, 1, ["a"]));
    network.hosts.set("south.test", async () => bytesOf("anything"));
    await followLedger(north, north.copy);
    expect(await fetchManifests(north)).toEqual({ held: 0, invalid: 0, missing: 1 });
    expect(north.log.events).toContain("blob-mismatch");
    const text = utf8ToBytes("no manifest");
    const digest = toHex<Digest>(sha256(text));
    await south.blobs.put(cidFromDigest(fromHex(digest), CODEC_DAG_CBOR), text);
    const { intent } = batchOf(south, 2, ["b"], (value) => value, { manifest: digest });
    await ledger.connect().submit([intent]);
    await followLedger(north, north.copy);
    network.hosts.set("south.test", blobHandler(south.blobs));
    expect(await fetchManifests(north)).toEqual({ held: 1, invalid: 1, missing: 0 });
  });

  it("fetches anew what its own disk damaged", async () => {
    const { ledger, network, south } = await world();
    const blobs = new MemoryBlobStore();
    const north = await testNode(ledger, "north", { fetch: network.fetch, blobs });
    network.hosts.set("south.test", blobHandler(south.blobs));
    const made = batchOf(south, 1, ["a"]);
    await anchor(ledger, south, made);
    await blobs.put(manifest.cid(made.value), made.bytes);
    blobs.damage(manifest.cid(made.value), 0);
    await followLedger(north, north.copy);
    expect(await fetchManifests(north)).toEqual({ held: 1, invalid: 0, missing: 0 });
    expect(north.log.events).toContain("blob-corrupt");
    expect(await blobs.get(manifest.cid(made.value))).toEqual(made.bytes);
  });

  it("keeps nothing of a batch that a reorganisation took away meanwhile", async () => {
    const { ledger, network, north, south } = await world();
    const made = batchOf(south, 1, ["a"]);
    await anchor(ledger, south, made);
    await followLedger(north, north.copy);
    network.hosts.set("south.test", async (...request) => {
      ledger.reorganise(1);
      await followLedger(north, north.copy);
      return blobHandler(south.blobs)(...request);
    });
    await fetchManifests(north);
    expect(await rowsOf(north.db, "leaves", "sequence")).toEqual([]);
    expect(await rowsOf(north.db, "ledger_batches", "sequence")).toEqual([]);
  });
});
