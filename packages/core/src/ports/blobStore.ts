import type { Cid } from "../ids.ts";

/** Pieces of a blob in order; sizes are the sender's choice. */
export type ByteStream = AsyncIterable<Uint8Array>;

/**
 * Content-addressed bytes.
 *
 * - `put` MUST return only when the bytes would survive a power loss, and MUST be idempotent.
 * - `put` MUST refuse bytes that do not hash to `cid` (`blob-mismatch`) and leave nothing behind.
 * - A blob appears whole or not at all: `get` MUST NOT see one that is being written.
 * - `get` returns `null` when the blob is not there, and MUST throw `blob-corrupt` rather than give bytes that do
 *   not hash to `cid`: it verifies all bytes before it gives the first.
 * - `getRange` and `stream` give bytes before the whole blob was verified, so only callers that authenticate what
 *   they read (STREAM chunks) may use them; `stream` MUST throw `blob-corrupt` at its end when the hash is wrong.
 * - `delete` of what is not there succeeds. `setAside` takes what is stored under a CID out of reach of all other methods and keeps
 *   its bytes as evidence; of what is not there it succeeds. `purge` deletes what is stored under a CID and all that was set aside under
 *   it, and MUST return only when that would survive a power loss.
 * - Full or read-only media give `storage-full`, `storage-read-only` or `storage-failed`.
 */
export interface BlobStore {
  put(cid: Cid, bytes: Uint8Array): Promise<void>;
  /** Like `put` without the bytes in memory at once. Returns the size in bytes. */
  putStream(cid: Cid, bytes: ByteStream): Promise<number>;
  get(cid: Cid): Promise<Uint8Array | null>;
  stream(cid: Cid): Promise<ByteStream | null>;
  /** `length` bytes from `offset`; fewer at the end of the blob. */
  getRange(cid: Cid, offset: number, length: number): Promise<Uint8Array | null>;
  /** Size in bytes, `null` when it is not there. */
  size(cid: Cid): Promise<number | null>;
  delete(cid: Cid): Promise<void>;
  setAside(cid: Cid): Promise<void>;
  purge(cid: Cid): Promise<void>;
  /** Every CID that is there, in no order. */
  list(): AsyncIterable<Cid>;
}
