import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { LogHead, ReceiptLog, ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { dirname } from "node:path";
import type { FileSystem, OpenFile } from "../filesystem/fileSystem.ts";
import { nodeFileSystem } from "../filesystem/nodeFileSystem.ts";
import { onMedium } from "../onMedium.ts";
import { errnoOf } from "../storageErrors.ts";
import { checkEntry, copyEntry } from "./logEntry.ts";
import { logError } from "./logErrors.ts";
import {
  CHECK_BYTES,
  encodeFrame,
  encodeHead,
  encodeHeader,
  HEAD_BYTES,
  HEADER_BYTES,
  LOG_ID_BYTES,
  MAX_FRAME_RECORD_BYTES,
  parseHeader,
  parseRecord,
  recordBytes,
} from "./logFormat.ts";
import { LogIndex } from "./logIndex.ts";
import { lockForProcess, type Release } from "../lock/processLock.ts";
import { scanLog } from "./scanLog.ts";

export interface FileReceiptLogOptions {
  /** Whose log this is, 32 bytes; stands in the file, and a log of another id is not opened. */
  readonly logId: Uint8Array;
  /** The machine's own file system by default. */
  readonly fileSystem?: FileSystem;
  /** Takes the exclusive lock on the path or throws `log-locked`; by default a lock on this machine's processes. */
  readonly lock?: (path: string) => Promise<Release>;
}

interface WaitingAppend {
  readonly entry: ReceiptLogEntry;
  resolve(index: number): void;
  reject(error: AnamnesisError): void;
}

/**
 * A receipt log in one append-only file, laid out as `logFormat.ts` says. Appends that wait together go out as one frame,
 * one write and one fdatasync. Memory: about 100 bytes an entry; the sealed bytes stay on disk.
 */
export class FileReceiptLog implements ReceiptLog {
  readonly #file: OpenFile;
  readonly #logId: Uint8Array;
  readonly #release: Release;
  readonly #index = new LogIndex();
  /** Where each record begins, and its size. */
  readonly #positions: number[] = [];
  readonly #sizes: number[] = [];
  #end = HEADER_BYTES;
  #check: Uint8Array = new Uint8Array(CHECK_BYTES);
  #waiting: WaitingAppend[] = [];
  #writing: Promise<void> | null = null;
  #failure: AnamnesisError<"log-failed"> | null = null;
  #closing: Promise<void> | null = null;

  private constructor(file: OpenFile, logId: Uint8Array, release: Release) {
    this.#file = file;
    this.#logId = logId;
    this.#release = release;
  }

  /**
   * Opens the log, or begins an empty one where there is no file: that a log was there before is known by its anchored
   * heads, with which the custodian compares. Reads the whole file once, and cuts off a torn last write.
   * Throws `log-locked`, `log-corrupt`, `log-mismatch`, `bad-length`, or `storage-…` when the medium fails.
   */
  static async open(path: string, options: FileReceiptLogOptions): Promise<FileReceiptLog> {
    const { logId, fileSystem = nodeFileSystem, lock = lockForProcess } = options;
    if (logId.length !== LOG_ID_BYTES) {
      throw new AnamnesisError({
        code: "bad-length",
        rule: "A log id has 32 bytes.",
        fix: "Give the custodian's organisation id.",
        meta: { length: logId.length },
      });
    }
    const release = await lock(path);
    try {
      return await onMedium("open", async () => {
        const file = await openOrCreate(fileSystem, path, logId);
        const log = new FileReceiptLog(file, Uint8Array.from(logId), release);
        try {
          await log.#load();
        } catch (error) {
          await file.close();
          throw error;
        }
        return log;
      });
    } catch (error) {
      // The first failure is the one to report; the lock ends with the process in any case.
      await release().catch(() => undefined);
      throw error;
    }
  }

  append(entry: ReceiptLogEntry): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#checkOpen();
      checkEntry(entry);
      if (this.#failure !== null) throw this.#failure;
      this.#waiting.push({ entry: copyEntry(entry), resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  writable(): boolean {
    return this.#failure === null && this.#closing === null;
  }

  head(): LogHead {
    return this.#index.headAt(this.#index.size);
  }

  headAt(size: number): LogHead {
    return this.#index.headAt(size);
  }

  /** Throws `log-range`, and `log-corrupt` when the file no longer holds what was written. */
  async read(index: number): Promise<ReceiptLogEntry> {
    this.#checkOpen();
    this.#index.checkIndex(index);
    const position = this.#positions[index] as number;
    const size = this.#sizes[index] as number;
    const bytes = await onMedium("read", () => this.#file.read(position - CHECK_BYTES, CHECK_BYTES + size));
    const record = parseRecord(bytes, CHECK_BYTES);
    if (record?.size !== size) throw logError("log-corrupt", { position });
    return record.entry;
  }

  find(tag: Uint8Array): readonly number[] {
    return this.#index.find(tag);
  }

  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    return this.#index.inclusionProof(index, size);
  }

  consistencyProof(from: number, to: number): readonly Uint8Array[] {
    return this.#index.consistencyProof(from, to);
  }

  nodes(height: number, from: number, count: number): Uint8Array {
    return this.#index.nodes(height, from, count);
  }

  async commitments(from: number, count: number): Promise<readonly Uint8Array[]> {
    this.#checkOpen();
    this.#index.checkEntries(from, count);
    const indexes = Array.from({ length: count }, (_, i) => from + i);
    const entries = await Promise.all(indexes.map((index) => this.read(index)));
    return entries.map(({ commitment }) => commitment);
  }

  /** Writes what waits, then closes the file and gives up the lock. Closing again does nothing. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    try {
      await onMedium("close", () => this.#file.close());
    } finally {
      await this.#release();
    }
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw logError("log-closed");
  }

  async #load(): Promise<void> {
    const found = await scanLog(this.#file, this.#logId, ({ entry, size }, position) => {
      this.#remember(entry, position, size);
    });
    this.#end = found.end;
    this.#check = found.check;
    const whole = found.marked ? found.end + HEAD_BYTES : found.end;
    if (found.fileSize > whole) {
      await this.#file.truncate(whole);
      await this.#file.sync();
    }
    if (found.marked) return;
    if (found.lastFrame !== null) {
      // After a failed sync the kernel may take pages for clean that never reached the disk: syncing the last frame
      // counts only when it is written again.
      const bytes = await this.#file.read(found.lastFrame, found.end - found.lastFrame);
      await this.#file.write(bytes, found.lastFrame);
    }
    await this.#file.sync();
    await this.#mark();
  }

  #remember(entry: ReceiptLogEntry, position: number, size: number): number {
    this.#positions.push(position);
    this.#sizes.push(size);
    return this.#index.append(entry.commitment, entry.tag);
  }

  /** The one writer: goes on until nothing waits. Never rejects. */
  async #writeAll(): Promise<void> {
    let batch: readonly WaitingAppend[] = [];
    try {
      do {
        while (this.#waiting.length > 0) {
          batch = this.#takeBatch();
          await this.#writeFrame(batch);
          batch = [];
        }
        await this.#mark();
      } while (this.#waiting.length > 0);
      this.#writing = null;
    } catch (error) {
      const failure = logError("log-failed", { errno: errnoOf(error) });
      this.#failure = failure;
      for (const { reject } of [...batch, ...this.#waiting]) reject(failure);
      this.#waiting = [];
    }
  }

  /** As many of those who wait as fit into one frame, the first in any case. */
  #takeBatch(): readonly WaitingAppend[] {
    let bytes = 0;
    let count = 0;
    for (const { entry } of this.#waiting) {
      bytes += recordBytes(entry);
      if (bytes > MAX_FRAME_RECORD_BYTES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeFrame(batch: readonly WaitingAppend[]): Promise<void> {
    const entries = batch.map(({ entry }) => entry);
    const frame = encodeFrame(this.#logId, this.#index.size, this.#check, entries);
    await this.#file.write(frame.bytes, this.#end);
    await this.#file.dataSync();
    let position = this.#end + HEAD_BYTES;
    this.#end += frame.bytes.length;
    this.#check = frame.lastCheck;
    for (const [place, { entry, resolve }] of batch.entries()) {
      const size = frame.sizes[place] as number;
      resolve(this.#remember(entry, position, size));
      position += size;
    }
  }

  /**
   * Says behind the last frame that it was synced. Not synced itself: what is lost with it is only that a damaged last
   * frame shows as damage, not as a torn write.
   */
  async #mark(): Promise<void> {
    const mark = { first: this.#index.size, count: 0, recordBytes: 0, previous: this.#check };
    await this.#file.write(encodeHead(this.#logId, mark), this.#end);
  }
}

async function openOrCreate(fileSystem: FileSystem, path: string, logId: Uint8Array): Promise<OpenFile> {
  try {
    return await openChecked(fileSystem, path, logId);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
  // By another name first: a log that is there has its whole header, so a file without one is damage.
  const unfinished = `${path}.new`;
  await fileSystem.remove(unfinished).catch((error: unknown) => {
    if (errnoOf(error) !== "ENOENT") throw error;
  });
  const file = await fileSystem.open(unfinished, "create");
  try {
    await file.write(encodeHeader(logId), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(unfinished, path);
  await fileSystem.syncDirectory(dirname(path));
  return openChecked(fileSystem, path, logId);
}

async function openChecked(fileSystem: FileSystem, path: string, logId: Uint8Array): Promise<OpenFile> {
  const file = await fileSystem.open(path, "write");
  try {
    const found = parseHeader(await file.read(0, HEADER_BYTES));
    if (found === null) throw logError("log-corrupt", { position: 0 });
    if (!equalBytes(found, logId)) throw logError("log-mismatch");
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
