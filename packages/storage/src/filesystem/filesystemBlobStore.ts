import { cidDigest, parseCid } from "@anamnesis/core/encoding/cid";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { Cid } from "@anamnesis/core/ids";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";
import { createHash, hash } from "node:crypto";
import { dirname, join } from "node:path";
import { onMedium } from "../onMedium.ts";
import { blobCorrupt, blobMismatch, checkByteRange, errnoOf } from "../storageErrors.ts";
import { DirectorySyncs } from "./directorySyncs.ts";
import type { FileSystem, OpenFile } from "./fileSystem.ts";
import { nodeFileSystem } from "./nodeFileSystem.ts";

/** Small, since pieces of a stream are garbage faster than it is collected: with larger ones more of it waits at a time. */
const PIECE_BYTES = 65_536;
const SHARD = /^[a-z2-7]{2}$/;

export interface FilesystemBlobStoreOptions {
  /** The node's own file system by default. */
  readonly fileSystem?: FileSystem;
}

/**
 * Blobs as files, `blobs/<next-to-last two letters of the CID>/<CID>` (1,024 folders: a CID's first letters are all
 * alike and its last one has three bits only).
 *
 * A blob is written to `tmp/`, synced, renamed, and its folder synced. Since a file is renamed only once it is synced,
 * what stands under its CID is whole; a crash leaves at most a file in `tmp/`, which the next opening removes. `put`
 * writes whether or not the blob is there, so putting a corrupt blob again mends it. One folder belongs to one process:
 * a second one that opens it makes the first one's unfinished puts fail.
 */
export class FilesystemBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #temporary: string;
  readonly #aside: string;
  readonly #fileSystem: FileSystem;
  readonly #syncs: DirectorySyncs;
  /** Folders that are durable in their parent, or on their way there. */
  readonly #shards = new Map<string, Promise<void>>();
  #nextTemporary = 0;

  private constructor(folder: string, fileSystem: FileSystem) {
    this.#blobs = join(folder, "blobs");
    this.#temporary = join(folder, "tmp");
    this.#aside = join(folder, "damaged");
    this.#fileSystem = fileSystem;
    this.#syncs = new DirectorySyncs(fileSystem);
  }

  /**
   * Makes the folder if need be (its parent has to be there) and removes what a crash left.
   * Throws `storage-full`, `storage-read-only` or `storage-failed`.
   */
  static async open(folder: string, options: FilesystemBlobStoreOptions = {}): Promise<FilesystemBlobStore> {
    const fileSystem = options.fileSystem ?? nodeFileSystem;
    const store = new FilesystemBlobStore(folder, fileSystem);
    await onMedium("open", async () => {
      await fileSystem.makeDirectory(folder);
      await fileSystem.makeDirectory(store.#blobs);
      await fileSystem.makeDirectory(store.#temporary);
      for (const name of await fileSystem.list(store.#temporary)) {
        await fileSystem.remove(join(store.#temporary, name));
      }
      // A process that was killed may have left folders that are visible and not durable yet.
      await fileSystem.syncDirectory(store.#blobs);
      await fileSystem.syncDirectory(folder);
      await fileSystem.syncDirectory(dirname(folder));
      for (const name of await fileSystem.list(store.#blobs)) {
        if (SHARD.test(name)) store.#shards.set(name, Promise.resolve());
      }
    });
    return store;
  }

  async put(cid: Cid, bytes: Uint8Array): Promise<void> {
    if (!equalBytes(hash("sha256", bytes, "buffer"), cidDigest(cid))) throw blobMismatch(cid);
    await this.#write(cid, (file) => onMedium("write", () => file.write(bytes, 0)));
  }

  async putStream(cid: Cid, bytes: ByteStream): Promise<number> {
    let size = 0;
    await this.#write(cid, async (file) => {
      const hasher = createHash("sha256");
      for await (const piece of bytes) {
        hasher.update(piece);
        await onMedium("write", () => file.write(piece, size));
        size += piece.length;
      }
      if (!equalBytes(hasher.digest(), cidDigest(cid))) throw blobMismatch(cid);
    });
    return size;
  }

  async get(cid: Cid): Promise<Uint8Array | null> {
    const bytes = await this.#read(cid, async (file) => file.read(0, await file.size()));
    if (bytes === null) return null;
    if (!equalBytes(hash("sha256", bytes, "buffer"), cidDigest(cid))) throw blobCorrupt(cid);
    return bytes;
  }

  async stream(cid: Cid): Promise<ByteStream | null> {
    // The file is opened when the first piece is asked for: a stream that nobody reads holds nothing open.
    return (await this.size(cid)) === null ? null : this.#pieces(cid);
  }

  async getRange(cid: Cid, offset: number, length: number): Promise<Uint8Array | null> {
    checkByteRange(offset, length);
    return this.#read(cid, async (file) => {
      const available = Math.max(0, (await file.size()) - offset);
      return file.read(offset, Math.min(length, available));
    });
  }

  size(cid: Cid): Promise<number | null> {
    return this.#read(cid, (file) => file.size());
  }

  async delete(cid: Cid): Promise<void> {
    const shard = shardOf(cid);
    if (!this.#shards.has(shard)) return;
    await onMedium("delete", async () => {
      await unlessMissing(() => this.#fileSystem.remove(this.#pathOf(cid)));
      await this.#syncs.sync(join(this.#blobs, shard));
    });
  }

  /** The file goes to `damaged/<CID>.<n>`, where nothing but a person looks. */
  async setAside(cid: Cid): Promise<void> {
    const shard = shardOf(cid);
    if (!this.#shards.has(shard)) return;
    await onMedium("set-aside", async () => {
      await this.#fileSystem.makeDirectory(this.#aside);
      await this.#syncs.sync(dirname(this.#aside));
      const taken = new Set(await this.#fileSystem.list(this.#aside));
      let n = 0;
      while (taken.has(`${cid}.${n}`)) n++;
      await unlessMissing(() => this.#fileSystem.rename(this.#pathOf(cid), join(this.#aside, `${cid}.${n}`)));
      await this.#syncs.sync(this.#aside);
      await this.#syncs.sync(join(this.#blobs, shard));
    });
  }

  async purge(cid: Cid): Promise<void> {
    await this.delete(cid);
    await onMedium("delete", async () => {
      const names = (await unlessMissing(() => this.#fileSystem.list(this.#aside))) ?? [];
      const found = names.filter((name) => name.startsWith(`${cid}.`));
      for (const name of found) await unlessMissing(() => this.#fileSystem.remove(join(this.#aside, name)));
      if (found.length > 0) await this.#syncs.sync(this.#aside);
    });
  }

  async *list(): AsyncIterable<Cid> {
    for (const shard of this.#shards.keys()) {
      const names = await onMedium("list", () =>
        unlessMissing(() => this.#fileSystem.list(join(this.#blobs, shard))),
      );
      for (const name of names ?? []) {
        const cid = cidOrNull(name);
        if (cid !== null) yield cid;
      }
    }
  }

  async #write(cid: Cid, fill: (file: OpenFile) => Promise<void>): Promise<void> {
    const temporary = join(this.#temporary, `${this.#nextTemporary++}`);
    const shard = shardOf(cid);
    const file = await onMedium("create", () => this.#fileSystem.open(temporary, "create"));
    try {
      try {
        await fill(file);
        await onMedium("sync", () => file.sync());
      } finally {
        await onMedium("close", () => file.close());
      }
      await onMedium("rename", async () => {
        await this.#ensureShard(shard);
        await this.#fileSystem.rename(temporary, this.#pathOf(cid));
      });
    } catch (error) {
      // The failure that is reported is the first one; what cannot be removed now is swept at the next opening.
      await this.#fileSystem.remove(temporary).catch(() => undefined);
      throw error;
    }
    await onMedium("sync", () => this.#syncs.sync(join(this.#blobs, shard)));
  }

  #ensureShard(shard: string): Promise<void> {
    const known = this.#shards.get(shard);
    if (known !== undefined) return known;
    const made = this.#makeShard(shard);
    this.#shards.set(shard, made);
    made.catch(() => this.#shards.delete(shard));
    return made;
  }

  async #makeShard(shard: string): Promise<void> {
    await this.#fileSystem.makeDirectory(join(this.#blobs, shard));
    await this.#syncs.sync(this.#blobs);
  }

  #read<T>(cid: Cid, use: (file: OpenFile) => Promise<T>): Promise<T | null> {
    return onMedium("read", async () => {
      const file = await unlessMissing(() => this.#fileSystem.open(this.#pathOf(cid), "read"));
      if (file === null) return null;
      try {
        return await use(file);
      } finally {
        await file.close();
      }
    });
  }

  async *#pieces(cid: Cid): AsyncGenerator<Uint8Array> {
    const file = await onMedium("read", () => this.#fileSystem.open(this.#pathOf(cid), "read"));
    try {
      const hasher = createHash("sha256");
      for (let at = 0; ;) {
        const piece = await onMedium("read", () => file.read(at, PIECE_BYTES));
        if (piece.length === 0) break;
        hasher.update(piece);
        at += piece.length;
        yield piece;
      }
      if (!equalBytes(hasher.digest(), cidDigest(cid))) throw blobCorrupt(cid);
    } finally {
      await file.close();
    }
  }

  #pathOf(cid: Cid): string {
    return join(this.#blobs, shardOf(cid), cid);
  }
}

function shardOf(cid: Cid): string {
  return cid.slice(-3, -1);
}

function cidOrNull(name: string): Cid | null {
  try {
    return parseCid(name);
  } catch {
    return null;
  }
}

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}
