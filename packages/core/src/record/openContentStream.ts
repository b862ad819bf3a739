import { CidHasher, CODEC_RAW } from "../encoding/cid.ts";
import { openStream, type Pieces, plaintextLength } from "../crypto/stream.ts";
import { type ContentMeta, readContentPrefix, requireZeros } from "./content.ts";
import type { RecordBody } from "./header.ts";
import { committedKey, mismatch } from "./openContent.ts";

export interface OpenedStream {
  readonly meta: ContentMeta;
  /** Bytes of the content. */
  readonly length: number;
  /**
   * The content. Each piece is authenticated before it is given; that the content is whole, its padding right and its ciphertext the one
   * that the header names is known at the end alone, so nobody may act on a piece before.
   */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * `openContent` with a chunk in memory at a time. Throws, at once or while `bytes` is read, `key-mismatch` (before anything is read),
 * `stream-open`, `bad-content`, `blob-mismatch`, `bad-length`.
 * @param k1 32 bytes. @param G 33 bytes.
 */
export async function openContentStream(
  body: RecordBody,
  k1: Uint8Array,
  G: Uint8Array,
  ciphertext: Pieces,
): Promise<OpenedStream> {
  const dek = committedKey(body, k1, G);
  const packed = plaintextLength(body.contentBytes).length;
  const hasher = new CidHasher();
  const chunks = openStream(dek, hashing(ciphertext, hasher, body.contentBytes));
  const first = await chunks.next().finally(() => dek.fill(0));
  // A stream has a first chunk, if only an empty one: then `readContentPrefix` refuses it.
  const head = first.value ?? new Uint8Array();
  const { meta, at, length } = readContentPrefix(head, packed);
  const bytes = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    let rest = length;
    const take = (chunk: Uint8Array): Uint8Array => {
      const taken = chunk.subarray(0, rest);
      rest -= taken.length;
      requireZeros(chunk.subarray(taken.length));
      return taken;
    };
    const own = take(head.subarray(at));
    if (own.length > 0) yield own;
    for await (const chunk of chunks) {
      const taken = take(chunk);
      if (taken.length > 0) yield taken;
    }
    if (hasher.length !== body.contentBytes || hasher.cid(CODEC_RAW) !== body.content) {
      throw mismatch("blob-mismatch");
    }
  };
  return { meta, length, bytes: bytes() };
}

/** More than the header says is not read: a home that sends without end is left. */
async function* hashing(pieces: Pieces, hasher: CidHasher, most: number): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hasher.update(piece);
    if (hasher.length > most) throw mismatch("blob-mismatch");
    yield piece;
  }
}
