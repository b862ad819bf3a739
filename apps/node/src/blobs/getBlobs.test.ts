import { MAX_BUNDLE_BYTES, MAX_INLINE_CONTENT } from "@anamnesis/api/routes/exchange";
import { cidOf, CODEC_RAW } from "@anamnesis/core/encoding/cid";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import { MemoryBlobStore } from "@anamnesis/storage/memory/memoryBlobStore";
import { expect, it } from "vitest";
import { getBlobs } from "./getBlobs.ts";

async function kept(
  sizes: readonly number[],
): Promise<{ blobs: MemoryBlobStore; cids: ReturnType<typeof cidOf>[] }> {
  const blobs = new MemoryBlobStore();
  const cids = [];
  for (const [i, size] of sizes.entries()) {
    const bytes = new Uint8Array(size).fill(i + 1);
    const cid = cidOf(bytes, CODEC_RAW);
    await blobs.put(cid, bytes);
    cids.push(cid);
  }
  return { blobs, cids };
}

it("gives blobs in the order of their names, and null for what is not there or too large", async () => {
  const { blobs, cids } = await kept([3, MAX_INLINE_CONTENT, MAX_INLINE_CONTENT + 1, 0]);
  const [small, largest, tooLarge, empty] = cids as [(typeof cids)[0], (typeof cids)[0], never, never];
  const missing = cidOf(Uint8Array.of(9), CODEC_RAW);
  const answer = await getBlobs({ blobs }, [empty, missing, tooLarge, largest, small, small]);
  expect(answer.blobs.map((bytes) => bytes?.length ?? null)).toEqual([
    0,
    null,
    null,
    MAX_INLINE_CONTENT,
    3,
    3,
  ]);
});

it("never gives more than one answer holds", async () => {
  const count = MAX_BUNDLE_BYTES / MAX_INLINE_CONTENT;
  const { blobs, cids } = await kept([...Array.from({ length: count + 2 }, () => MAX_INLINE_CONTENT), 5]);
  const answer = await getBlobs({ blobs }, cids);
  expect(answer.blobs.filter((bytes) => bytes !== null)).toHaveLength(count);
});

it("gives no damaged bytes, and every other failure of the disk as it is", async () => {
  const { blobs, cids } = await kept([1, 2]);
  const failing = (code: string): BlobStore =>
    Object.assign(Object.create(blobs) as MemoryBlobStore, {
      get: async (cid: (typeof cids)[0]) => {
        if (cid === cids[0]) throw new AnamnesisError({ code, rule: "No.", fix: "None." });
        return blobs.get(cid);
      },
      size: (cid: (typeof cids)[0]) => blobs.size(cid),
    });
  const answer = await getBlobs({ blobs: failing("blob-corrupt") }, cids);
  expect(answer.blobs.map((bytes) => bytes?.length ?? null)).toEqual([null, 2]);
  await expect(getBlobs({ blobs: failing("storage-failed") }, cids)).rejects.toMatchObject({
    code: "storage-failed",
  });
});
