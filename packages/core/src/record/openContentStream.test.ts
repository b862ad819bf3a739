import { beforeAll, describe, expect, it } from "vitest";
import { SEALED_CHUNK_BYTES, sealBytes } from "../crypto/stream.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { cidOf, CODEC_RAW } from "../encoding/cid.ts";
import { packContent } from "./content.ts";
import { contentKey } from "./contentKey.ts";
import { coreLabel } from "./header.ts";
import { openContent } from "./openContent.ts";
import { openContentStream } from "./openContentStream.ts";
import { collect, largeContent, type LargeContent, META } from "./testing/largeContent.ts";

let large: LargeContent;
beforeAll(async () => {
  large = await largeContent(300_000);
});

/** What was given before the failure, and the failure's code. */
async function readUntilRefused(
  ciphertext: Uint8Array,
  body = large.body,
): Promise<{ readonly given: Uint8Array; readonly code: unknown }> {
  const given: Uint8Array[] = [];
  try {
    const opened = await openContentStream(body, large.k1, large.G, [ciphertext]);
    for await (const piece of opened.bytes) given.push(piece);
  } catch (error) {
    return { given: concatBytes(...given), code: (error as { code?: unknown }).code };
  }
  return { given: concatBytes(...given), code: null };
}

const chunk = (i: number): Uint8Array =>
  large.ciphertext.subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES);

describe("openContentStream", () => {
  it("gives what openContent gives", async () => {
    const { body, k1, G, bytes, ciphertext } = large;
    for (const size of [1000, SEALED_CHUNK_BYTES, 1_000_000]) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < ciphertext.length; at += size) pieces.push(ciphertext.subarray(at, at + size));
      const opened = await openContentStream(body, k1, G, pieces);
      expect({ meta: opened.meta, length: opened.length }).toEqual({ meta: META, length: bytes.length });
      expect(Buffer.compare(await collect(opened.bytes), bytes)).toBe(0);
    }
    const whole = await openContent(body, k1, G, ciphertext);
    expect(Buffer.compare(whole.bytes, bytes)).toBe(0);
  });

  it("gives an empty content", async () => {
    const { body, k1, G, ciphertext } = await largeContent(0);
    const opened = await openContentStream(body, k1, G, [ciphertext]);
    expect(opened.length).toBe(0);
    expect(await collect(opened.bytes)).toHaveLength(0);
  });

  it("gives nothing of a changed chunk, and nothing behind it", async () => {
    const changed = large.ciphertext.slice();
    changed[2 * SEALED_CHUNK_BYTES + 100] = (changed[2 * SEALED_CHUNK_BYTES + 100] as number) ^ 1;
    const { given, code } = await readUntilRefused(changed);
    expect(code).toBe("stream-open");
    expect(given.length).toBeLessThan(2 * 65_536);
    expect(Buffer.compare(given, large.bytes.subarray(0, given.length))).toBe(0);
  });

  it.each<[what: string, ciphertext: () => Uint8Array, code: string]>([
    ["cut inside a chunk", () => large.ciphertext.subarray(0, 2 * SEALED_CHUNK_BYTES + 9), "stream-open"],
    ["cut between chunks", () => large.ciphertext.subarray(0, 2 * SEALED_CHUNK_BYTES), "stream-open"],
    ["without its last byte", () => large.ciphertext.subarray(0, -1), "stream-open"],
    ["empty", () => new Uint8Array(), "stream-open"],
    ["with a byte more", () => concatBytes(large.ciphertext, Uint8Array.of(0)), "blob-mismatch"],
    [
      "with chunks swapped",
      () => concatBytes(chunk(0), chunk(2), chunk(1), large.ciphertext.subarray(3 * SEALED_CHUNK_BYTES)),
      "stream-open",
    ],
    [
      "with a chunk twice",
      () => concatBytes(chunk(0), chunk(1), chunk(1), large.ciphertext.subarray(3 * SEALED_CHUNK_BYTES)),
      "stream-open",
    ],
  ])("refuses a ciphertext %s", async (_what, ciphertext, code) => {
    expect((await readUntilRefused(ciphertext())).code).toBe(code);
  });

  it("refuses a length that the header does not have, and another content under the same key", async () => {
    const { ciphertext, body } = large;
    const longer = await readUntilRefused(ciphertext, { ...body, contentBytes: body.contentBytes + 1000 });
    expect(longer.code).toBe("bad-content");
    const other = cidOf(Uint8Array.of(1), CODEC_RAW);
    const { given, code } = await readUntilRefused(ciphertext, { ...body, content: other });
    expect(code).toBe("blob-mismatch");
    expect(given).toHaveLength(large.bytes.length);
  });

  it("refuses padding that is not zero", async () => {
    const { body, k1, G, bytes } = large;
    const packed = packContent({ meta: META, bytes });
    packed[packed.length - 1] = 1;
    const sealed = await sealBytes(contentKey(k1, G, coreLabel(body.core), body.U).dek, packed);
    expect((await readUntilRefused(sealed)).code).toBe("bad-content");
  });

  it("reads nothing when the locks give another key", async () => {
    const { body, k1, ciphertext } = large;
    let read = 0;
    const counted = function* (): Generator<Uint8Array> {
      read += 1;
      yield ciphertext;
    };
    const opening = openContentStream(body, k1, new Uint8Array(33), counted());
    await expect(opening).rejects.toMatchObject({ code: "key-mismatch" });
    expect(read).toBe(0);
  });
});
