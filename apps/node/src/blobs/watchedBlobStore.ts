import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";

/** What was met under a CID: bytes that do not hash to it, or nothing. */
export type BlobTrouble = "damaged" | "missing";

/**
 * A blob store that tells of each damaged or missing blob that somebody asked it for, and remembers whether the last write
 * went through. Otherwise it is the store inside.
 */
export class WatchedBlobStore implements BlobStore {
  readonly #inner: BlobStore;
  readonly #onTrouble: (cid: Cid, trouble: BlobTrouble) => void;
  #failure: string | null = null;

  constructor(inner: BlobStore, onTrouble: (cid: Cid, trouble: BlobTrouble) => void) {
    this.#inner = inner;
    this.#onTrouble = onTrouble;
  }

  /** The code with which the last write failed; `null` after one that went through. */
  failure(): string | null {
    return this.#failure;
  }

  put(cid: Cid, bytes: Uint8Array): Promise<void> {
    return this.#written(this.#inner.put(cid, bytes));
  }

  putStream(cid: Cid, bytes: ByteStream): Promise<number> {
    return this.#written(this.#inner.putStream(cid, bytes));
  }

  get(cid: Cid): Promise<Uint8Array | null> {
    return this.#watched(cid, this.#inner.get(cid));
  }

  async stream(cid: Cid): Promise<ByteStream | null> {
    const stream = await this.#watched(cid, this.#inner.stream(cid));
    return stream === null ? null : this.#watchedPieces(cid, stream);
  }

  getRange(cid: Cid, offset: number, length: number): Promise<Uint8Array | null> {
    return this.#watched(cid, this.#inner.getRange(cid, offset, length));
  }

  size(cid: Cid): Promise<number | null> {
    return this.#watched(cid, this.#inner.size(cid));
  }

  delete(cid: Cid): Promise<void> {
    return this.#inner.delete(cid);
  }

  setAside(cid: Cid): Promise<void> {
    return this.#inner.setAside(cid);
  }

  purge(cid: Cid): Promise<void> {
    return this.#inner.purge(cid);
  }

  list(): AsyncIterable<Cid> {
    return this.#inner.list();
  }

  async #watched<T>(cid: Cid, reading: Promise<T | null>): Promise<T | null> {
    try {
      const found = await reading;
      if (found === null) this.#onTrouble(cid, "missing");
      return found;
    } catch (error) {
      if (hasCode(error, "blob-corrupt")) this.#onTrouble(cid, "damaged");
      throw error;
    }
  }

  async *#watchedPieces(cid: Cid, stream: ByteStream): AsyncGenerator<Uint8Array> {
    try {
      yield* stream;
    } catch (error) {
      if (hasCode(error, "blob-corrupt")) this.#onTrouble(cid, "damaged");
      throw error;
    }
  }

  async #written<T>(writing: Promise<T>): Promise<T> {
    try {
      const result = await writing;
      this.#failure = null;
      return result;
    } catch (error) {
      // Bytes that do not fit their name are the sender's affair.
      if (error instanceof AnamnesisError && String(error.code).startsWith("storage-")) {
        this.#failure = String(error.code);
      }
      throw error;
    }
  }
}
