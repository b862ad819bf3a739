import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { parseCid } from "@anamnesis/core/encoding/cid";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { syncFolder } from "@anamnesis/storage/files/durableFile";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { lockForProcess } from "@anamnesis/storage/lock/processLock";
import { onMedium } from "@anamnesis/storage/onMedium";
import { FileReceiptLog } from "@anamnesis/storage/receiptLog/fileReceiptLog";
import { errnoOf } from "@anamnesis/storage/storageErrors";
import { type NodeConfig, parseConfig } from "../config.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "../database/migrate.ts";
import { MIGRATIONS } from "../database/migrations.ts";
import { openDatabase } from "../database/openDatabase.ts";
import { isShareFile, NODE_FILES } from "../nodeFiles.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import type { BackupKey } from "./ageFile.ts";
import { BLOB_ENTRY, DATABASE_ENTRY } from "./backupForm.ts";
import { bodyOf, readBackup } from "./readBackup.ts";
import { loadPiece, resetIdentities, tablesInOrder } from "./tables.ts";
import { backupDamaged, type TarEntry } from "./tar.ts";

export interface RestoreOptions {
  /** Content of the configuration of the node that is made; its data folder is empty or not there. */
  readonly config: string;
  /** `DATABASE_URL` is read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The backup's file. */
  readonly from: string;
  readonly key: BackupKey;
  /** Told of the entries that are done. */
  readonly onProgress?: (done: number) => void;
}

export interface RestoreReport {
  readonly organisation: OrganisationId;
  /** When the backup was begun, Unix seconds. */
  readonly time: number;
  readonly blobs: number;
  /** Entries of the restored receipt log. */
  readonly receipts: number;
}

/**
 * Makes a node's data folder from a backup. All of it is made beside (`<dataDir>.restoring`), checked and synced, and then takes the
 * folder's name in one step: a failure or a kill before leaves nothing in `dataDir`. Only a database on a server is filled before
 * that step; without the data folder no node starts on it, and another try wants an empty one.
 *
 * Throws `restore-target` unless the data folder is empty, `missing-file`, `bad-passphrase`, `bad-identity`, `backup-damaged`,
 * `backup-newer`, `database-newer`, `log-corrupt`, `log-mismatch`, `storage-…`.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const config = parseConfig(options.config, options.environment);
  const dataDir = resolve(config.dataDir);
  await requireEmpty(dataDir);
  const staging = `${dataDir}.restoring`;
  await clear(staging);
  try {
    await onMedium("create", () => mkdir(staging, { recursive: true, mode: 0o700 }));
    const report = await restoreInto(staging, config, options);
    await syncTree(staging);
    await onMedium("rename", async () => {
      await rename(staging, dataDir);
      await syncFolder(dirname(dataDir));
    });
    return report;
  } catch (error) {
    // The failure that is reported is the first one; the next try clears what is left.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

async function restoreInto(
  folder: string,
  config: NodeConfig,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const { head, entries } = await readBackup(options.from, options.key);
  if (head.schema > MIGRATIONS.length) throw newerDatabase(head.schema);
  let blobCount = 0;
  const db = await openDatabase(config, join(folder, NODE_FILES.database), systemRandom);
  try {
    if ((await tablesInOrder(db)).length > 0) throw notEmpty();
    await migrate(db, MIGRATIONS.slice(0, head.schema));
    const tables = new Set(await tablesInOrder(db));
    const blobs = await FilesystemBlobStore.open(join(folder, NODE_FILES.blobs));
    let done = 0;
    for await (const entry of entries) {
      if (await keepEntry({ folder, db, tables, blobs }, entry)) blobCount++;
      options.onProgress?.(++done);
    }
    await resetIdentities(db);
  } finally {
    await db.close();
  }
  const log = await FileReceiptLog.open(join(folder, NODE_FILES.receipts), {
    logId: fromHex(head.organisation),
  });
  const receipts = log.head().size;
  await log.close();
  return { organisation: head.organisation, time: head.time, blobs: blobCount, receipts };
}

interface Target {
  readonly folder: string;
  readonly db: Database;
  readonly tables: ReadonlySet<string>;
  readonly blobs: FilesystemBlobStore;
}

/** Returns true for a blob. */
async function keepEntry({ folder, db, tables, blobs }: Target, entry: TarEntry): Promise<boolean> {
  const { name } = entry;
  const table = DATABASE_ENTRY.exec(name)?.[1];
  const blob = BLOB_ENTRY.exec(name)?.[1];
  if (table !== undefined) {
    if (!tables.has(table)) throw backupDamaged("table");
    const piece = await bodyOf(entry);
    try {
      await loadPiece(db, table, piece);
    } catch (error) {
      throw hasCode(error, "database-failed") ? backupDamaged("table") : error;
    }
  } else if (blob !== undefined) {
    await keepBlob(blobs, blob, entry);
  } else if (isPlainFile(name)) {
    await writeFile(join(folder, name), entry);
  } else throw backupDamaged("form");
  return blob !== undefined;
}

function isPlainFile(name: string): boolean {
  if (name !== basename(name)) return false;
  return name === NODE_FILES.keystore || name === NODE_FILES.receipts || isShareFile(name);
}

async function keepBlob(blobs: FilesystemBlobStore, name: string, { body }: TarEntry): Promise<void> {
  try {
    await blobs.putStream(parseCid(name), body);
  } catch (error) {
    throw hasCode(error, "blob-mismatch") || hasCode(error, "bad-cid") ? backupDamaged("blob") : error;
  }
}

async function writeFile(path: string, { body }: TarEntry): Promise<void> {
  const file = await onMedium("create", () => open(path, "wx", 0o600));
  try {
    for await (const piece of body) await onMedium("write", () => file.writeFile(piece));
  } finally {
    await file.close();
  }
}

async function requireEmpty(dataDir: string): Promise<void> {
  const names = await onMedium("list", async () => {
    try {
      return await readdir(dataDir);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
  });
  if (names.length > 0) throw notEmpty();
}

function notEmpty(): AnamnesisError<"restore-target"> {
  return new AnamnesisError({
    code: "restore-target",
    rule: "A node is restored into a data folder, and on a server a database, that is empty or not there.",
    fix: "Move the old folder away as it is (its receipts.log may be newer than the backup's), then restore again.",
  });
}

/** Takes away what a restore left that was killed. Throws `log-locked` when it still runs. */
async function clear(staging: string): Promise<void> {
  const there = await readdir(staging).then(
    () => true,
    () => false,
  );
  if (!there) return;
  await (
    await lockForProcess(join(staging, "database.lock"))
  )();
  await onMedium("delete", () => rm(staging, { recursive: true, force: true }));
}

/** fsync of every file and folder: the embedded database does not sync its own. */
async function syncTree(folder: string): Promise<void> {
  await onMedium("sync", async () => {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    for (const entry of entries) {
      if (!entry.isFile() && !entry.isDirectory()) continue;
      await syncFolder(join(entry.parentPath, entry.name));
    }
    await syncFolder(folder);
  });
}

function newerDatabase(schema: number): AnamnesisError<"database-newer"> {
  return new AnamnesisError({
    code: "database-newer",
    rule: "A program works with databases of its own or an earlier version.",
    fix: "Restore with the program that wrote the backup, or a newer one.",
    meta: { database: schema, program: MIGRATIONS.length },
  });
}
