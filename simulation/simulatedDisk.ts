import type { Cid } from "@anamnesis/core/ids";
import { cidDigest } from "@anamnesis/core/encoding/cid";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { BlobStore, ByteStream } from "@anamnesis/core/ports/blobStore";
import type { LogHead, ReceiptLog, ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { MemoryReceiptLog } from "@anamnesis/storage/receiptLog/memoryReceiptLog";
import { createHash } from "node:crypto";
import type { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";

interface WaitingEntry {
  readonly entry: ReceiptLogEntry;
  readonly synced: (index: number) => void;
}

/**
 * A node's disk without its database: what was synced outlives a crash; of what was only written a crash leaves some, blob by
 * blob, and of the receipt log's last entries the first ones (a torn end is cut off at opening).
 */
export class SimulatedDisk {
  readonly blobs: Map<Cid, Uint8Array>;
  readonly log = new MemoryReceiptLog();
  readonly entries: ReceiptLogEntry[] = [];
  #unsyncedBlobs = new Map<Cid, Uint8Array>();
  #unsyncedEntries: WaitingEntry[] = [];

  constructor(blobs: ReadonlyMap<Cid, Uint8Array>) {
    this.blobs = new Map(blobs);
  }

  /** What the process that opens it sees until it ends. */
  open(process: Process, scheduler: Scheduler): { readonly blobs: BlobStore; readonly receipts: ReceiptLog } {
    return { blobs: this.#blobStore(process, scheduler), receipts: this.#receiptLog(process, scheduler) };
  }

  async crash(scheduler: Scheduler, name: string): Promise<void> {
    const { rng } = scheduler;
    for (const [cid, bytes] of this.#unsyncedBlobs) {
      const kept = rng.chance(0.5);
      if (kept) this.blobs.set(cid, bytes);
      scheduler.note(kept ? "unsynced blobs kept" : "unsynced blobs lost", name);
    }
    this.#unsyncedBlobs = new Map();
    const entries = this.#unsyncedEntries;
    this.#unsyncedEntries = [];
    const kept = rng.between(0, entries.length);
    for (const { entry } of entries.slice(0, kept)) await this.#sync(entry);
    if (kept > 0) scheduler.note("unsynced entries kept", `${name} ${kept}`);
    if (kept < entries.length) scheduler.note("unsynced entries lost", `${name} ${entries.length - kept}`);
  }

  async #sync(entry: ReceiptLogEntry): Promise<number> {
    this.entries.push(entry);
    return this.log.append(entry);
  }

  #receiptLog(process: Process, scheduler: Scheduler): ReceiptLog {
    const { log } = this;
    return {
      append: async (entry) => {
        const index = new Promise<number>((synced) => this.#unsyncedEntries.push({ entry, synced }));
        await scheduler.gate(process, "receipt sync", "log");
        // Whoever syncs first syncs what waits with it.
        const entries = this.#unsyncedEntries;
        this.#unsyncedEntries = [];
        for (const waiting of entries) waiting.synced(await this.#sync(waiting.entry));
        return await index;
      },
      writable: () => true,
      head: (): LogHead => log.head(),
      headAt: (size) => log.headAt(size),
      read: (index) => log.read(index),
      find: (tag) => log.find(tag),
      inclusionProof: (index, size) => log.inclusionProof(index, size),
      consistencyProof: (from, to) => log.consistencyProof(from, to),
      nodes: (height, from, count) => log.nodes(height, from, count),
      commitments: (from, count) => log.commitments(from, count),
      close: async () => undefined,
    };
  }

  #blobStore(process: Process, scheduler: Scheduler): BlobStore {
    const find = (cid: Cid): Uint8Array | undefined => this.blobs.get(cid) ?? this.#unsyncedBlobs.get(cid);
    const put = async (cid: Cid, bytes: Uint8Array): Promise<void> => {
      if (!equalBytes(createHash("sha256").update(bytes).digest(), cidDigest(cid))) {
        throw new AnamnesisError({
          code: "blob-mismatch",
          rule: "The bytes of a blob hash to its CID.",
          fix: "Send the bytes that the CID names.",
        });
      }
      if (!this.blobs.has(cid)) this.#unsyncedBlobs.set(cid, Uint8Array.from(bytes));
      await scheduler.gate(process, "blob sync", "blob");
      this.blobs.set(cid, Uint8Array.from(bytes));
      this.#unsyncedBlobs.delete(cid);
    };
    const collect = async (stream: ByteStream): Promise<Uint8Array> => {
      const pieces: Uint8Array[] = [];
      for await (const piece of stream) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    return {
      put,
      putStream: async (cid, stream) => {
        const bytes = await collect(stream);
        await put(cid, bytes);
        return bytes.length;
      },
      get: async (cid) => find(cid)?.slice() ?? null,
      stream: async (cid) => {
        const bytes = find(cid);
        return bytes === undefined
          ? null
          : (async function* () {
              yield bytes.slice();
            })();
      },
      getRange: async (cid, offset, length) => find(cid)?.slice(offset, offset + length) ?? null,
      size: async (cid) => find(cid)?.length ?? null,
      delete: async (cid) => {
        this.blobs.delete(cid);
        this.#unsyncedBlobs.delete(cid);
      },
      purge: async (cid) => {
        // Gone for good once it resolves; a power loss before that may bring it back.
        await scheduler.gate(process, "blob sync", "purge");
        this.blobs.delete(cid);
        this.#unsyncedBlobs.delete(cid);
      },
      setAside: async (cid) => {
        this.blobs.delete(cid);
        this.#unsyncedBlobs.delete(cid);
      },
      list: async function* (this: void) {
        yield* [];
      },
    };
  }
}
