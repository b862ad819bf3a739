import { cidDigest } from "@anamnesis/core/encoding/cid";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";
import { hash } from "node:crypto";
import { blobCorrupt, blobMismatch, checkByteRange } from "../storageErrors.ts";

/** For tests of what stands above the port: nothing outlives the process. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<Cid, Uint8Array>();
  /** What was set aside, in order. */
  aside: { readonly cid: Cid; readonly bytes: Uint8Array }[] = [];

  async put(cid: Cid, bytes: Uint8Array): Promise<void> {
    if (!hashesTo(cid, bytes)) throw blobMismatch(cid);
    // Not `slice`: on a Buffer it copies nothing.
    this.#blobs.set(cid, Uint8Array.from(bytes));
  }

  async putStream(cid: Cid, bytes: ByteStream): Promise<number> {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(Uint8Array.from(piece));
    const whole = Buffer.concat(pieces);
    await this.put(cid, whole);
    return whole.length;
  }

  async get(cid: Cid): Promise<Uint8Array | null> {
    const bytes = this.#blobs.get(cid);
    if (bytes === undefined) return null;
    if (!hashesTo(cid, bytes)) throw blobCorrupt(cid);
    return bytes.slice();
  }

  async stream(cid: Cid): Promise<ByteStream | null> {
    const bytes = this.#blobs.get(cid);
    return bytes === undefined ? null : pieces(cid, bytes);
  }

  async getRange(cid: Cid, offset: number, length: number): Promise<Uint8Array | null> {
    checkByteRange(offset, length);
    return this.#blobs.get(cid)?.slice(offset, offset + length) ?? null;
  }

  async size(cid: Cid): Promise<number | null> {
    return this.#blobs.get(cid)?.length ?? null;
  }

  async delete(cid: Cid): Promise<void> {
    this.#blobs.delete(cid);
  }

  async setAside(cid: Cid): Promise<void> {
    const bytes = this.#blobs.get(cid);
    if (bytes !== undefined) this.aside.push({ cid, bytes });
    this.#blobs.delete(cid);
  }

  async purge(cid: Cid): Promise<void> {
    this.#blobs.delete(cid);
    this.aside = this.aside.filter((item) => item.cid !== cid);
  }

  async *list(): AsyncIterable<Cid> {
    yield* this.#blobs.keys();
  }

  /** Makes the stored bytes wrong, as a bad disk would: flips one bit of byte `at`. */
  damage(cid: Cid, at: number): void {
    const bytes = this.#blobs.get(cid);
    if (bytes !== undefined) bytes[at] = (bytes[at] as number) ^ 1;
  }
}

const PIECE_BYTES = 65_536;

async function* pieces(cid: Cid, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.slice(at, at + PIECE_BYTES);
  if (!hashesTo(cid, bytes)) throw blobCorrupt(cid);
}

function hashesTo(cid: Cid, bytes: Uint8Array): boolean {
  return equalBytes(hash("sha256", bytes, "buffer"), cidDigest(cid));
}
