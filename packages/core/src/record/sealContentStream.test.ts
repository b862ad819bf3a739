import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealBytes } from "../crypto/stream.ts";
import { cidOf, CODEC_RAW } from "../encoding/cid.ts";
import { packContent } from "./content.ts";
import { MemorySpool, sealContentStream } from "./sealContentStream.ts";
import { bytesOf, META } from "./testing/largeContent.ts";

const DEK = new Uint8Array(32).fill(9);

describe("sealContentStream", () => {
  it("gives the very bytes that sealing in memory gives, for every length and every cut", async () => {
    const lengths = fc.oneof(
      fc.nat(300),
      fc.integer({ min: 65_300, max: 65_600 }),
      fc.integer({ min: 130_000, max: 300_000 }),
    );
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 100_000 }), async (length, size) => {
        const bytes = bytesOf(length);
        const pieces = async function* (): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < length; at += size) yield bytes.subarray(at, at + size);
        };
        const spool = new MemorySpool();
        const sealed = await sealContentStream(DEK, { meta: META, pieces: pieces(), spool });
        const expected = await sealBytes(DEK, packContent({ meta: META, bytes }));
        expect(Buffer.compare(spool.bytes(), expected)).toBe(0);
        expect(sealed).toEqual({ cid: cidOf(expected, CODEC_RAW), length: expected.length });
      }),
      { numRuns: 30 },
    );
  });

  it("writes each place once, without gaps, the beginning last", async () => {
    const written: [number, number][] = [];
    const spool = new MemorySpool();
    const noting = {
      read: () => spool.read(),
      write: async (position: number, bytes: Uint8Array) => {
        written.push([position, bytes.length]);
        await spool.write(position, bytes);
      },
    };
    const { length } = await sealContentStream(DEK, {
      meta: META,
      pieces: [bytesOf(200_000)],
      spool: noting,
    });
    expect(written.at(-1)?.[0]).toBe(0);
    let end = 0;
    for (const [position, size] of written.toSorted(([a], [b]) => a - b)) {
      expect(position).toBe(end);
      end = position + size;
    }
    expect(end).toBe(length);
  });

  it("passes on what the source and the spool throw", async () => {
    const failure = new TypeError("source");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytesOf(100_000);
      throw failure;
    };
    const sealing = sealContentStream(DEK, { meta: META, pieces: broken(), spool: new MemorySpool() });
    await expect(sealing).rejects.toBe(failure);
  });
});
