import { AnamnesisError, hasCode } from "../errors.ts";
import { concatBytes, uintBytes } from "../encoding/bytes.ts";
import { type AesKey, aesGcmOpenWith, aesGcmSealWith, importAesKey, TAG_BYTES } from "./aead.ts";
import { badLength } from "./length.ts";

/*
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as in age (https://age-encryption.org/v1, "Payload"), with
 * AES-256-GCM: chunks of 64 KiB, nonce = 11-byte big-endian counter ‖ 1 for the last chunk, else 0. A key serves
 * one stream only. The last chunk is empty only when the whole plaintext is.
 */

/** Plaintext bytes of every chunk but the last. */
export const CHUNK_BYTES = 65_536;
/** Bytes of every sealed chunk but the last. */
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const NO_AAD = new Uint8Array();

/** Bytes in order, cut anywhere. */
export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Bytes of the sealed form of `length` plaintext bytes. Throws `bad-length`. */
export function sealedLength(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0 || length > 2 ** 48)
    throw badLength("plaintext", "0 to 2^48");
  return length + TAG_BYTES * Math.max(1, Math.ceil(length / CHUNK_BYTES));
}

/**
 * Plaintext bytes behind `sealed` sealed ones, and how many chunks they are. Throws `bad-length` when no plaintext has a sealed form of
 * that length.
 */
export function plaintextLength(sealed: number): { readonly length: number; readonly chunks: number } {
  const chunks = Math.max(1, Math.ceil(sealed / SEALED_CHUNK_BYTES));
  const length = sealed - chunks * TAG_BYTES;
  if (!Number.isSafeInteger(sealed) || length < 0 || sealedLength(length) !== sealed) {
    throw badLength("sealed stream", "one that a plaintext has");
  }
  return { length, chunks };
}

/** Seals pieces of any size. The key (32 bytes) must be fresh. Throws `bad-length`. */
export async function* sealStream(
  key: Uint8Array,
  plaintext: Pieces,
): AsyncGenerator<Uint8Array, void, undefined> {
  const imported = await importAesKey(key);
  for await (const chunk of chunksOf(plaintext, CHUNK_BYTES)) {
    yield aesGcmSealWith(imported, nonceOf(chunk.index, chunk.last), chunk.bytes, NO_AAD);
  }
}

/**
 * Opens pieces of any size, and gives a chunk only after it is authenticated. What was given before a later chunk fails
 * is authentic but cut short: a caller must not act on it before the end. Throws `bad-length` (key) and `stream-open`.
 */
export async function* openStream(
  key: Uint8Array,
  sealed: Pieces,
): AsyncGenerator<Uint8Array, void, undefined> {
  const imported = await importAesKey(key);
  for await (const chunk of chunksOf(sealed, SEALED_CHUNK_BYTES)) {
    yield openWith(imported, chunk.index, chunk.last, chunk.bytes);
  }
}

/**
 * As `sealStream`, the first chunk last: for a beginning that depends on what follows it. `finish` gets the first chunk's plaintext
 * (up to 65,536 bytes) when all other chunks were given, and may change its bytes. Throws `bad-length`.
 */
export async function* sealFirstLast(
  key: Uint8Array,
  plaintext: Pieces,
  finish: (first: Uint8Array) => void,
): AsyncGenerator<{ readonly index: number; readonly bytes: Uint8Array }, void, undefined> {
  const imported = await importAesKey(key);
  let first: Chunk | null = null;
  for await (const chunk of chunksOf(plaintext, CHUNK_BYTES)) {
    if (chunk.index === 0) first = chunk;
    else yield await sealed(chunk);
  }
  // There is always a first chunk, if only an empty one.
  const held = first as unknown as Chunk;
  finish(held.bytes);
  yield await sealed(held);
  held.bytes.fill(0);

  async function sealed({ index, last, bytes }: Chunk) {
    return { index, bytes: await aesGcmSealWith(imported, nonceOf(index, last), bytes, NO_AAD) };
  }
}

/**
 * Opens `count` chunks from `first` on, of a stream of `total` chunks, given as pieces of any size. `total` must come from the known
 * length of the whole: a chunk that says itself that it is the last could hide a truncation. What was given is authentic, each
 * chunk at its place. Throws `bad-length` (key) and `stream-open`, also when there are fewer or more chunks.
 */
export async function* openChunks(
  key: Uint8Array,
  { first, count, total }: { readonly first: number; readonly count: number; readonly total: number },
  sealed: Pieces,
): AsyncGenerator<Uint8Array, void, undefined> {
  const imported = await importAesKey(key);
  let given = 0;
  for await (const chunk of chunksOf(sealed, SEALED_CHUNK_BYTES)) {
    const index = first + chunk.index;
    if (given >= count) throw streamOpen();
    yield await openWith(imported, index, index === total - 1, chunk.bytes);
    given += 1;
  }
  if (given < count) throw streamOpen();
}

/** `sealStream` for bytes in memory, which are cut where they lie: most contents are far smaller than a chunk. */
export async function sealBytes(key: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
  const imported = await importAesKey(key);
  const sealed: Uint8Array[] = [];
  for (const { index, last, bytes } of chunksIn(plaintext, CHUNK_BYTES)) {
    sealed.push(await aesGcmSealWith(imported, nonceOf(index, last), bytes, NO_AAD));
  }
  return joined(sealed);
}

/** `openStream` for bytes in memory: all of the plaintext, or `stream-open`. */
export async function openBytes(key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  const imported = await importAesKey(key);
  const opened: Uint8Array[] = [];
  for (const { index, last, bytes } of chunksIn(sealed, SEALED_CHUNK_BYTES)) {
    opened.push(await openWith(imported, index, last, bytes));
  }
  return joined(opened);
}

/**
 * One sealed chunk by itself, for reading a range. `isLast` must come from the known length of the whole: a chunk that
 * says so itself could hide a truncation. Throws `bad-length` (key) and `stream-open`.
 */
export async function openChunk(
  key: Uint8Array,
  index: number,
  isLast: boolean,
  chunk: Uint8Array,
): Promise<Uint8Array> {
  return openWith(await importAesKey(key), index, isLast, chunk);
}

async function openWith(key: AesKey, index: number, last: boolean, sealed: Uint8Array): Promise<Uint8Array> {
  const length = sealed.length - TAG_BYTES;
  const wellFormed = last ? length > 0 || (length === 0 && index === 0) : length === CHUNK_BYTES;
  if (!wellFormed || length > CHUNK_BYTES || !Number.isSafeInteger(index) || index < 0 || index >= 2 ** 48) {
    throw streamOpen();
  }
  try {
    return await aesGcmOpenWith(key, nonceOf(index, last), sealed, NO_AAD);
  } catch (error) {
    throw hasCode(error, "aead-open") ? streamOpen() : error;
  }
}

function nonceOf(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  nonce.set(uintBytes(index, 6), 5);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

interface Chunk {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** Cuts pieces into chunks of `size`. A full chunk is held back until more bytes come: only then it is not the last. */
async function* chunksOf(pieces: Pieces, size: number): AsyncGenerator<Chunk, void, undefined> {
  let buffer = new Uint8Array(size);
  let used = 0;
  let index = 0;
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length;) {
      if (used === size) {
        yield { index, bytes: buffer, last: false };
        index += 1;
        buffer = new Uint8Array(size);
        used = 0;
      }
      const taken = piece.subarray(offset, offset + size - used);
      buffer.set(taken, used);
      used += taken.length;
      offset += taken.length;
    }
  }
  yield { index, bytes: buffer.subarray(0, used), last: true };
}

/** The same chunks of bytes that are all here, without a copy; of none there is one, which is empty. */
function* chunksIn(bytes: Uint8Array, size: number): Generator<Chunk> {
  for (let index = 0; ; index++) {
    const end = (index + 1) * size;
    const last = end >= bytes.length;
    yield { index, bytes: bytes.subarray(index * size, end), last };
    if (last) return;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? (parts[0] as Uint8Array) : concatBytes(...parts);
}

function streamOpen(): AnamnesisError<"stream-open"> {
  return new AnamnesisError({
    code: "stream-open",
    rule: "A sealed stream opens only whole, in order, under its own key.",
    fix: "Fetch the content again from another place; if it fails there too, its author has to answer for it.",
  });
}
