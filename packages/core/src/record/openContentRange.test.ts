import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { CHUNK_BYTES, SEALED_CHUNK_BYTES } from "../crypto/stream.ts";
import { openContentRange } from "./openContentRange.ts";
import { collect, largeContent, type LargeContent } from "./testing/largeContent.ts";

let large: LargeContent;
beforeAll(async () => {
  large = await largeContent(300_000);
});

interface Read {
  readonly offset: number;
  readonly length: number;
}

async function readRange(
  from: number,
  length: number,
  ciphertext = large.ciphertext,
): Promise<{ readonly bytes: Uint8Array; readonly size: number; readonly reads: readonly Read[] }> {
  const reads: Read[] = [];
  const { body, k1, G } = large;
  const opened = await openContentRange(body, k1, G, { from, length }, (offset, count) => {
    reads.push({ offset, length: count });
    return [ciphertext.subarray(offset, offset + count)];
  });
  const bytes = await collect(opened.bytes);
  expect(bytes).toHaveLength(opened.length);
  return { bytes, size: opened.size, reads };
}

describe("openContentRange", () => {
  it("gives any part of the content", async () => {
    const size = large.bytes.length;
    const places = fc.oneof(fc.nat(size - 1), fc.constantFrom(0, 65_445, 65_446, CHUNK_BYTES, size - 1));
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 200_000 }), async (from, length) => {
        const part = await readRange(from, length);
        expect(part.size).toBe(size);
        expect(Buffer.compare(part.bytes, large.bytes.subarray(from, from + length))).toBe(0);
      }),
    );
  });

  it("reads the first chunk and the chunks of the part, nothing else", async () => {
    const { reads } = await readRange(3 * CHUNK_BYTES, 10);
    expect(reads.map((read) => read.offset)).toEqual([0, 3 * SEALED_CHUNK_BYTES]);
    expect(reads.map((read) => read.length)).toEqual([SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES]);
    expect((await readRange(5, 10)).reads).toEqual([{ offset: 0, length: SEALED_CHUNK_BYTES }]);
  });

  it.each<[from: number, length: number]>([
    [300_000, 1],
    [0, 0],
    [-1, 5],
    [0.5, 5],
    [0, -1],
  ])("refuses %d+%d", async (from, length) => {
    await expect(readRange(from, length)).rejects.toMatchObject({ code: "bad-range" });
  });

  it.each<[what: string, tampered: () => Uint8Array]>([
    ["changed", () => large.ciphertext.map((byte, i) => (i === 2 * SEALED_CHUNK_BYTES ? byte ^ 1 : byte))],
    ["cut short", () => large.ciphertext.subarray(0, 2 * SEALED_CHUNK_BYTES + 50)],
    ["missing", () => large.ciphertext.subarray(0, 2 * SEALED_CHUNK_BYTES)],
    ["of another place", () => large.ciphertext.slice().copyWithin(2 * SEALED_CHUNK_BYTES, 0)],
  ])("refuses a chunk that is %s", async (_what, tampered) => {
    await expect(readRange(2 * CHUNK_BYTES, 100, tampered())).rejects.toMatchObject({ code: "stream-open" });
  });

  it("refuses more chunks than it asked for", async () => {
    const { body, k1, G, ciphertext } = large;
    const opening = openContentRange(body, k1, G, { from: 0, length: 1 }, () => [ciphertext]);
    await expect(opening).rejects.toMatchObject({ code: "stream-open" });
  });
});
