import { CODEC_DAG_CBOR, CODEC_RAW, cidOf } from "@anamnesis/core/encoding/cid";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "./codeOf.ts";

/** One store under test, empty at first. */
export interface BlobStoreFixture {
  readonly store: BlobStore;
  /** Flips one bit of byte `at` of a stored blob behind the store's back. */
  damage(cid: Cid, at: number): Promise<void>;
  /** Copies of a blob that were set aside. */
  aside(cid: Cid): Promise<number>;
  /** What is left of puts that failed, such as temporary files: 0 when all is clean. */
  leftovers(): Promise<number>;
  dispose(): Promise<void>;
}

/** What the port `BlobStore` promises; every adapter runs it. */
export function describeBlobStore(name: string, factory: () => Promise<BlobStoreFixture>): void {
  describe(`BlobStore: ${name}`, () => {
    let fixture: BlobStoreFixture;
    let store: BlobStore;
    beforeEach(async () => {
      fixture = await factory();
      store = fixture.store;
    });
    afterEach(() => fixture.dispose());

    it("gives back what was put", async () => {
      for (const size of [0, 1, 2048, 300_000]) {
        const { cid, bytes } = blob(size);
        await store.put(cid, bytes);
        expect(equalBytes((await store.get(cid)) as Uint8Array, bytes)).toBe(true);
        expect(await store.size(cid)).toBe(size);
      }
    });

    it("gives back any bytes, put whole or in pieces", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), async (parts) => {
          const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
          const raw = cidOf(bytes, CODEC_RAW);
          const cbor = cidOf(bytes, CODEC_DAG_CBOR);
          await store.put(raw, bytes);
          expect(await store.putStream(cbor, streamOf(...parts))).toBe(bytes.length);
          expect(equalBytes((await store.get(raw)) as Uint8Array, bytes)).toBe(true);
          expect(equalBytes(await collect(await store.stream(cbor)), bytes)).toBe(true);
        }),
        { numRuns: 25 },
      );
    });

    it("is null for what is not there", async () => {
      const { cid } = blob(10);
      expect(await store.get(cid)).toBeNull();
      expect(await store.stream(cid)).toBeNull();
      expect(await store.getRange(cid, 0, 1)).toBeNull();
      expect(await store.size(cid)).toBeNull();
      expect(await listed(store)).toEqual([]);
    });

    it("puts twice as once, one after the other and at the same time", async () => {
      const { cid, bytes } = blob(5000);
      await store.put(cid, bytes);
      await Promise.all(Array.from({ length: 20 }, () => store.put(cid, bytes)));
      await Promise.all(Array.from({ length: 5 }, () => store.putStream(cid, streamOf(bytes))));
      expect(await listed(store)).toEqual([cid]);
      expect(equalBytes((await store.get(cid)) as Uint8Array, bytes)).toBe(true);
      expect(await fixture.leftovers()).toBe(0);
    });

    it("refuses bytes that do not hash to the CID and leaves nothing behind", async () => {
      const { cid, bytes } = blob(5000);
      const other = bytes.slice(1);
      expect(await codeOf(store.put(cid, other))).toBe("blob-mismatch");
      expect(await codeOf(store.putStream(cid, streamOf(other)))).toBe("blob-mismatch");
      expect(await codeOf(store.putStream(cid, streamOf()))).toBe("blob-mismatch");
      expect(await store.get(cid)).toBeNull();
      expect(await listed(store)).toEqual([]);
      expect(await fixture.leftovers()).toBe(0);
    });

    it("passes on the failure of a source and leaves nothing behind", async () => {
      const { cid, bytes } = blob(5000);
      const failure = new AnamnesisError({ code: "source-broke", rule: "A rule.", fix: "A fix." });
      async function* broken(): ByteStream {
        yield bytes.subarray(0, 100);
        throw failure;
      }
      await expect(store.putStream(cid, broken())).rejects.toBe(failure);
      expect(await store.size(cid)).toBeNull();
      expect(await fixture.leftovers()).toBe(0);
    });

    it("shows nothing of a blob that is being written", async () => {
      const { cid, bytes } = blob(5000);
      let seen: unknown[] = [];
      async function* watched(): ByteStream {
        yield bytes.subarray(0, 4000);
        seen = [await store.get(cid), await store.size(cid), await store.stream(cid), await listed(store)];
        yield bytes.subarray(4000);
      }
      await store.putStream(cid, watched());
      expect(seen).toEqual([null, null, null, []]);
      expect(await store.size(cid)).toBe(5000);
    });

    it("takes ranges, shorter ones at the end", async () => {
      const { cid, bytes } = blob(1000);
      await store.put(cid, bytes);
      for (const [offset, length] of [
        [0, 1000],
        [10, 20],
        [990, 20],
        [1000, 1],
        [5000, 5],
        [3, 0],
        [1, Number.MAX_SAFE_INTEGER],
      ] as const) {
        const expected = bytes.slice(offset, Math.min(1000, offset + length));
        expect(equalBytes((await store.getRange(cid, offset, length)) as Uint8Array, expected)).toBe(true);
      }
      for (const [offset, length] of [
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [0, NaN],
      ] as const) {
        expect(await codeOf(store.getRange(cid, offset, length))).toBe("bad-range");
      }
    });

    it("lets go of a stream that is left half read", async () => {
      const { cid, bytes } = blob(600_000);
      await store.put(cid, bytes);
      for await (const piece of (await store.stream(cid)) as ByteStream) {
        expect(equalBytes(piece, bytes.subarray(0, piece.length))).toBe(true);
        break;
      }
      await store.delete(cid);
      expect(await store.get(cid)).toBeNull();
    });

    it("never gives bytes that are not the CID's", async () => {
      const { cid, bytes } = blob(600_000);
      await store.put(cid, bytes);
      await fixture.damage(cid, 599_999);
      expect(await codeOf(store.get(cid))).toBe("blob-corrupt");
      expect(await codeOf(store.stream(cid).then(collect))).toBe("blob-corrupt");
    });

    it("sets a damaged blob aside, and takes the right one in its place", async () => {
      const { cid, bytes } = blob(100);
      await store.put(cid, bytes);
      for (let round = 0; round < 2; round++) {
        await fixture.damage(cid, 0);
        await store.setAside(cid);
        expect(await store.get(cid)).toBeNull();
        expect(await store.size(cid)).toBeNull();
        expect(await listed(store)).toEqual([]);
        await store.setAside(cid);
        await store.put(cid, bytes);
        expect(Buffer.from((await store.get(cid)) as Uint8Array).equals(bytes)).toBe(true);
      }
      expect(await listed(store)).toEqual([cid]);
    });

    it("mends a corrupt blob when it is put again", async () => {
      const { cid, bytes } = blob(100);
      await store.put(cid, bytes);
      await fixture.damage(cid, 0);
      await store.put(cid, bytes);
      expect(equalBytes((await store.get(cid)) as Uint8Array, bytes)).toBe(true);
    });

    it("deletes, and what is not there as well", async () => {
      const { cid, bytes } = blob(100);
      await store.delete(cid);
      await store.put(cid, bytes);
      await store.delete(cid);
      await store.delete(cid);
      expect(await store.get(cid)).toBeNull();
      expect(await listed(store)).toEqual([]);
      await store.put(cid, bytes);
      expect(await store.size(cid)).toBe(100);
    });

    it("purges a blob with all that was set aside under it, again and again", async () => {
      const [{ cid, bytes }, other] = [blob(100), blob(101)];
      for (const one of [{ cid, bytes }, other]) {
        await store.put(one.cid, one.bytes);
        await fixture.damage(one.cid, 3);
        await store.setAside(one.cid);
        await store.put(one.cid, one.bytes);
      }
      expect(await fixture.aside(cid)).toBe(1);
      await store.purge(cid);
      await store.purge(cid);
      expect(await store.get(cid)).toBeNull();
      expect(await fixture.aside(cid)).toBe(0);
      expect(await fixture.aside(other.cid)).toBe(1);
      expect(await store.size(other.cid)).toBe(101);
      await store.purge(blob(7).cid);
    });

    it("keeps its own copy", async () => {
      const { cid, bytes } = blob(100);
      // A Buffer on purpose: its `slice` copies nothing.
      const given = Buffer.from(bytes);
      await store.put(cid, given);
      given.fill(0);
      ((await store.get(cid)) as Uint8Array).fill(0);
      expect(equalBytes((await store.get(cid)) as Uint8Array, bytes)).toBe(true);
    });

    it("lists many, put at once, each once", async () => {
      const blobs = Array.from({ length: 200 }, (_, index) => blob(index));
      await Promise.all(blobs.map(({ cid, bytes }) => store.put(cid, bytes)));
      expect(await listed(store)).toEqual(blobs.map(({ cid }) => cid).sort());
    });
  });
}

/** Bytes that differ for every size, with their CID. */
function blob(size: number): { cid: Cid; bytes: Uint8Array } {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + size) % 251);
  return { cid: cidOf(bytes, CODEC_RAW), bytes };
}

async function* streamOf(...pieces: readonly Uint8Array[]): ByteStream {
  yield* pieces;
}

async function collect(stream: ByteStream | null): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream ?? streamOf()) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

async function listed(store: BlobStore): Promise<Cid[]> {
  const cids: Cid[] = [];
  for await (const cid of store.list()) cids.push(cid);
  return cids.sort();
}
