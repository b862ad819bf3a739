import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../encoding/bytes.ts";
import { aesGcmSeal } from "./aead.ts";
import {
  CHUNK_BYTES,
  openBytes,
  openChunk,
  openStream,
  sealBytes,
  sealedLength,
  sealStream,
} from "./stream.ts";

const KEY = new Uint8Array(32).fill(7);
const SEALED_CHUNK = CHUNK_BYTES + 16;
const plaintextOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
const refused = { code: "stream-open" };

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const out: Uint8Array[] = [];
  for await (const chunk of chunks) out.push(chunk);
  return concatBytes(...out);
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let i = 0; offset < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
}

describe("STREAM", () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 5])(
    "opens what it sealed: %i bytes",
    async (length) => {
      const plaintext = plaintextOf(length);
      const sealed = await sealBytes(KEY, plaintext);
      expect(sealed.length).toBe(sealedLength(length));
      expect(await openBytes(KEY, sealed)).toEqual(plaintext);
    },
  );

  it("is AES-256-GCM per chunk with the nonce counter ‖ last flag", async () => {
    const plaintext = plaintextOf(CHUNK_BYTES + 3);
    const sealed = await sealBytes(KEY, plaintext);
    const none = new Uint8Array();
    const first = await aesGcmSeal(KEY, new Uint8Array(12), plaintext.slice(0, CHUNK_BYTES), none);
    const nonce = new Uint8Array(12).fill(1, 10, 12);
    const second = await aesGcmSeal(KEY, nonce, plaintext.slice(CHUNK_BYTES), none);
    expect(sealed).toEqual(concatBytes(first, second));
  });

  it("does not depend on how the pieces are cut", async () => {
    const plaintext = plaintextOf(2 * CHUNK_BYTES + 99);
    const expected = await sealBytes(KEY, plaintext);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 }),
        async (sizes) => {
          const large = sizes.map((size) => size + 500);
          expect(await all(sealStream(KEY, cut(plaintext, large)))).toEqual(expected);
          expect(await all(openStream(KEY, cut(expected, large)))).toEqual(plaintext);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("opens single chunks by their place", async () => {
    const plaintext = plaintextOf(CHUNK_BYTES + 10);
    const sealed = await sealBytes(KEY, plaintext);
    const first = sealed.slice(0, SEALED_CHUNK);
    const last = sealed.slice(SEALED_CHUNK);
    expect(await openChunk(KEY, 1, true, last)).toEqual(plaintext.slice(CHUNK_BYTES));
    await expect(openChunk(KEY, 1, false, first)).rejects.toMatchObject(refused);
    await expect(openChunk(KEY, 0, true, first)).rejects.toMatchObject(refused);
    await expect(openChunk(KEY, 2, true, last)).rejects.toMatchObject(refused);
    await expect(openChunk(KEY, -1, true, last)).rejects.toMatchObject(refused);
  });

  it("refuses truncation, reordering, repetition, more data and an empty last chunk after a full one", async () => {
    const sealed = await sealBytes(KEY, plaintextOf(2 * CHUNK_BYTES + 10));
    const a = sealed.slice(0, SEALED_CHUNK);
    const b = sealed.slice(SEALED_CHUNK, 2 * SEALED_CHUNK);
    const c = sealed.slice(2 * SEALED_CHUNK);
    const emptyLast = await aesGcmSeal(
      KEY,
      new Uint8Array(12).fill(1, 10, 12),
      new Uint8Array(),
      new Uint8Array(),
    );
    const wrong = [
      new Uint8Array(),
      sealed.slice(0, -1),
      a,
      concatBytes(a, b),
      concatBytes(b, a, c),
      concatBytes(a, c),
      concatBytes(a, a, b, c),
      concatBytes(sealed, Uint8Array.of(0)),
      concatBytes(sealed, c),
      concatBytes(a, emptyLast),
    ];
    for (const bytes of wrong) await expect(openBytes(KEY, bytes)).rejects.toMatchObject(refused);
    await expect(openBytes(new Uint8Array(32), sealed)).rejects.toMatchObject(refused);
    await expect(openBytes(new Uint8Array(31), sealed)).rejects.toMatchObject({ code: "bad-length" });
  });

  it("refuses any one-bit change", async () => {
    const sealed = await sealBytes(KEY, plaintextOf(CHUNK_BYTES + 40));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const changed = sealed.with(bit >> 3, (sealed[bit >> 3] as number) ^ (1 << (bit & 7)));
        await expect(openBytes(KEY, changed)).rejects.toMatchObject(refused);
      }),
      { numRuns: 25 },
    );
  });

  it("gives no byte of a chunk before that chunk is authenticated", async () => {
    const sealed = await sealBytes(KEY, plaintextOf(2 * CHUNK_BYTES));
    const changed = sealed.with(SEALED_CHUNK + 100, (sealed[SEALED_CHUNK + 100] as number) ^ 1);
    const given: number[] = [];
    const reading = (async () => {
      for await (const chunk of openStream(KEY, [changed])) given.push(chunk.length);
    })();
    await expect(reading).rejects.toMatchObject(refused);
    expect(given).toEqual([CHUNK_BYTES]);
  });
});
