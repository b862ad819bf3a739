import { open, readdir, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { Cid, OrganisationId } from "@anamnesis/core/ids";
import type { BlobStore } from "@anamnesis/core/ports/blobStore";
import { readIfThere, syncFolder } from "@anamnesis/storage/files/durableFile";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { lockForProcess } from "@anamnesis/storage/lock/processLock";
import { onMedium } from "@anamnesis/storage/onMedium";
import { parseConfig } from "../config.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { isShareFile, NODE_FILES } from "../nodeFiles.ts";
import { logOwner } from "../receipts/logOwner.ts";
import { openStopped } from "../openStopped.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { type BackupLock, encryptStream } from "./ageFile.ts";
import { END_ENTRY, formatEnd, formatHead, HEAD_ENTRY } from "./backupForm.ts";
import { EntriesDigest } from "./digestEntries.ts";
import { dumpTable, tablesInOrder } from "./tables.ts";
import { type TarEntry, writeTar } from "./tar.ts";

const PIECE_BYTES = 262_144;
/** A blob of up to this many bytes is held in memory, so that it is read once. */
const SMALL_BLOB = 4 * 1024 * 1024;

export interface BackupOptions {
  /** Content of the node's configuration file. */
  readonly config: string;
  /** `DATABASE_URL` is read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the backup appears, whole or not at all. */
  readonly out: string;
  readonly lock: BackupLock;
  /** Told of the entries that are done and of all that there will be, as far as known. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface BackupReport {
  readonly organisation: OrganisationId;
  /** Bytes of the file. */
  readonly bytes: number;
  readonly blobs: number;
  /** Blobs that did not hash to their name and were left out: `anamnesis fsck` fetches them again. */
  readonly damagedBlobs: readonly Cid[];
  readonly rows: number;
}

/**
 * Writes a stopped node into one encrypted file, in constant memory: keystore, shares, receipt log, all tables, all blobs. The
 * node's locks are taken, so a running one is refused. Throws `file-exists`, `keystore-missing`, `data-dir-locked`,
 * `log-locked`, `log-corrupt`, `bad-recipient`, `storage-…`, `database-…`.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const config = parseConfig(options.config, options.environment);
  if ((await readIfThere(options.out)) !== null) throw fileExists();
  const { db, schema, close } = await openStopped(config);
  try {
    const receipts = join(config.dataDir, NODE_FILES.receipts);
    const release = await lockForProcess(receipts);
    try {
      const blobs = await FilesystemBlobStore.open(join(config.dataDir, NODE_FILES.blobs));
      const organisation = await organisationOfLog(receipts);
      const tally = { blobs: 0, rows: 0, damagedBlobs: [] as Cid[] };
      const head = formatHead({ organisation, schema, time: systemClock.now() });
      const entries = allEntries({ dataDir: config.dataDir, head, db, blobs, tally, options });
      const bytes = await writeFile(options.out, await encryptStream(writeTar(entries), options.lock));
      return { organisation, bytes, ...tally };
    } finally {
      await release();
    }
  } finally {
    await close();
  }
}

interface Source {
  readonly dataDir: string;
  readonly head: Uint8Array;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly tally: { blobs: number; rows: number; readonly damagedBlobs: Cid[] };
  readonly options: BackupOptions;
}

async function* allEntries(source: Source): AsyncGenerator<TarEntry> {
  const digest = new EntriesDigest();
  let done = 0;
  const of = await countBlobs(source.blobs);
  for await (const entry of contentEntries(source)) {
    yield digest.pass(entry);
    source.options.onProgress?.(++done, Math.max(of, done));
  }
  yield bytesEntry(END_ENTRY, formatEnd(digest.result()));
}

async function* contentEntries(source: Source): AsyncGenerator<TarEntry> {
  const { dataDir, db, blobs, tally } = source;
  yield bytesEntry(HEAD_ENTRY, source.head);
  const names = await onMedium("list", () => readdir(dataDir));
  const shares = names.filter((name) => isShareFile(name) && !name.endsWith(".tmp")).sort();
  for (const name of [NODE_FILES.keystore, ...shares, NODE_FILES.receipts]) {
    yield await fileEntry(join(dataDir, name), name);
  }
  for (const table of await tablesInOrder(db)) {
    let piece = 0;
    for await (const bytes of dumpTable(db, table)) {
      tally.rows += rowsOf(bytes);
      yield bytesEntry(`database/${table}/${String(++piece).padStart(6, "0")}.json`, bytes);
    }
  }
  for await (const cid of blobs.list()) {
    const entry = await blobEntry(blobs, cid);
    if (entry === null) {
      tally.damagedBlobs.push(cid);
      continue;
    }
    tally.blobs++;
    yield entry;
  }
}

function rowsOf(piece: Uint8Array): number {
  return (JSON.parse(Buffer.from(piece).toString("utf8")) as unknown[]).length;
}

function bytesEntry(name: string, bytes: Uint8Array): TarEntry {
  return { name, size: bytes.length, body: once(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A file up to its size at this moment. */
async function fileEntry(path: string, name: string): Promise<TarEntry> {
  const size = await onMedium("read", async () => {
    const file = await open(path, "r");
    try {
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  });
  return { name, size, body: filePieces(path, size) };
}

async function* filePieces(path: string, size: number): AsyncGenerator<Uint8Array> {
  const file = await onMedium("read", () => open(path, "r"));
  try {
    for (let at = 0; at < size;) {
      const buffer = new Uint8Array(Math.min(PIECE_BYTES, size - at));
      const { bytesRead } = await onMedium("read", () => file.read(buffer, 0, buffer.length, at));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** `null` when it does not hash to its name: what is restored is sound. A large one is read twice for that. */
async function blobEntry(blobs: BlobStore, cid: Cid): Promise<TarEntry | null> {
  const name = `blobs/${cid}`;
  const size = (await blobs.size(cid)) ?? 0;
  try {
    if (size <= SMALL_BLOB) {
      const bytes = await blobs.get(cid);
      return bytes === null ? null : bytesEntry(name, bytes);
    }
    for await (const _piece of (await blobs.stream(cid)) ?? []);
    return { name, size, body: (await blobs.stream(cid)) ?? once(new Uint8Array()) };
  } catch (error) {
    if (!hasCode(error, "blob-corrupt")) throw error;
    return null;
  }
}

async function countBlobs(blobs: BlobStore): Promise<number> {
  let count = 0;
  for await (const _cid of blobs.list()) count++;
  return count;
}

/** The log names whose it is, so that no passphrase is needed. */
async function organisationOfLog(path: string): Promise<OrganisationId> {
  const owner = await logOwner(path);
  if (owner !== null) return owner;
  throw new AnamnesisError({
    code: "log-corrupt",
    rule: "A receipt log begins with its header.",
    fix: "Keep the file as evidence, and restore the whole log from a copy that has all entries.",
    meta: { position: 0 },
  });
}

/** Appears under its name only when all of it is on the disk. Returns its size. */
async function writeFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = `${path}.tmp`;
  let bytes = 0;
  try {
    const file = await onMedium("create", () => open(temporary, "w", 0o600));
    try {
      for await (const piece of pieces) {
        await onMedium("write", () => file.writeFile(piece));
        bytes += piece.length;
      }
      await onMedium("sync", () => file.sync());
    } finally {
      await file.close();
    }
    await onMedium("rename", async () => {
      await rename(temporary, path);
      await syncFolder(dirname(path));
    });
  } catch (error) {
    // The failure that is reported is the first one; the next backup to this name writes over what is left.
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  return bytes;
}

function fileExists(): AnamnesisError<"file-exists"> {
  return new AnamnesisError({
    code: "file-exists",
    rule: "A backup is never written over another file.",
    fix: "Give another name for the file.",
  });
}
