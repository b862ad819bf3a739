import {
  CHUNK_BYTES,
  openChunks,
  type Pieces,
  plaintextLength,
  SEALED_CHUNK_BYTES,
} from "../crypto/stream.ts";
import { AnamnesisError } from "../errors.ts";
import { type ContentMeta, readContentPrefix } from "./content.ts";
import type { RecordBody } from "./header.ts";
import { committedKey } from "./openContent.ts";

/** Bytes of a content, before encryption. */
export interface ContentRange {
  /** Place of the first one; 0 is the content's first byte. */
  readonly from: number;
  /** How many; fewer come at the content's end. */
  readonly length: number;
}

export interface OpenedRange {
  readonly meta: ContentMeta;
  /** Bytes of the whole content. */
  readonly size: number;
  /** Bytes of the part. */
  readonly length: number;
  /** The part; each piece is authenticated, at its place, before it is given. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Opens a part of a content and reads nothing but the first chunk, in which the content's own length stands, and the chunks of
 * the part. Each chunk is authenticated under the key to which the header commits, and which chunk is the last one follows from
 * the length that the author signed. The CID and the zeros behind the content are not checked: both need the whole.
 *
 * Throws, at once or while `bytes` is read, `key-mismatch`, `bad-range` (it begins behind the content), `stream-open`, `bad-content`,
 * `bad-length`.
 * @param k1 32 bytes. @param G 33 bytes. @param read gives `length` bytes of the ciphertext from `offset`.
 */
export async function openContentRange(
  body: RecordBody,
  k1: Uint8Array,
  G: Uint8Array,
  range: ContentRange,
  read: (offset: number, length: number) => Pieces,
): Promise<OpenedRange> {
  requireRange(range);
  const dek = committedKey(body, k1, G);
  const { length: packed, chunks: total } = plaintextLength(body.contentBytes);
  const open = async function* (first: number, count: number): AsyncGenerator<Uint8Array> {
    const offset = first * SEALED_CHUNK_BYTES;
    const length = Math.min(count * SEALED_CHUNK_BYTES, body.contentBytes - offset);
    yield* openChunks(dek, { first, count, total }, read(offset, length));
  };
  let head = new Uint8Array();
  for await (const chunk of open(0, 1)) head = Uint8Array.from(chunk);
  const { meta, at, length: size } = readContentPrefix(head, packed);
  if (range.from >= size) throw badRange();
  const begin = at + range.from;
  const end = Math.min(begin + range.length, at + size);
  const bytes = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    const firstChunk = Math.floor(begin / CHUNK_BYTES);
    const lastChunk = Math.floor((end - 1) / CHUNK_BYTES);
    let place = firstChunk * CHUNK_BYTES;
    const part = (chunk: Uint8Array): Uint8Array => {
      const cut = chunk.subarray(Math.max(0, begin - place), Math.max(0, end - place));
      place += chunk.length;
      return cut;
    };
    try {
      if (firstChunk === 0) yield part(head);
      const from = Math.max(1, firstChunk);
      if (lastChunk >= from) for await (const chunk of open(from, lastChunk - from + 1)) yield part(chunk);
    } finally {
      dek.fill(0);
    }
  };
  return { meta, size, length: end - begin, bytes: bytes() };
}

function requireRange({ from, length }: ContentRange): void {
  const whole = Number.isSafeInteger(from) && Number.isSafeInteger(length);
  if (!whole || from < 0 || length < 1) throw badRange();
}

function badRange(): AnamnesisError<"bad-range"> {
  return new AnamnesisError({
    code: "bad-range",
    rule: "A part of a content begins inside it and has at least one byte.",
    fix: "Ask for bytes from 0 to the content's length less one.",
  });
}
