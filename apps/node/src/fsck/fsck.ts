import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { OrganisationId } from "@anamnesis/core/ids";
import { EvmLedger } from "@anamnesis/ledger/evm/evmLedger";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { FileReceiptLog } from "@anamnesis/storage/receiptLog/fileReceiptLog";
import { type NodeConfig, parseConfig } from "../config.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "../database/migrate.ts";
import { MIGRATIONS } from "../database/migrations.ts";
import { openPgliteInMemory } from "../database/pgliteDatabase.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { createSqlLedgerCopy } from "../indexer/sqlLedgerCopy.ts";
import { openCustodyShare } from "../keystore/fileCustodyShare.ts";
import { openKeystore } from "../keystore/keystore.ts";
import type { NodeKeys } from "../keystore/nodeKeys.ts";
import { useCurrentKeys } from "../keystore/useCurrentKeys.ts";
import type { CustodyShare } from "../keystore/custodyShare.ts";
import { NODE_FILES } from "../nodeFiles.ts";
import { openStopped } from "../openStopped.ts";
import { logOwner } from "../receipts/logOwner.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { checkAll } from "./checkAll.ts";
import { checkFiles } from "./checkFiles.ts";
import { type Finding, finding } from "./finding.ts";
import type { FsckContext } from "./fsckContext.ts";
import { mendFindings } from "./mendFindings.ts";
import { scanBlobs } from "./scanBlobs.ts";

export interface FsckOptions {
  /** Content of the node's configuration file. */
  readonly config: string;
  /** `DATABASE_URL` is read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The keystore's; `null` leaves out what needs the keys. */
  readonly passphrase: string | null;
  /** Leaves the ledger out: then the node's own copy of it counts. */
  readonly offline: boolean;
  /** Mends what can be mended, then checks again. */
  readonly mend: boolean;
  /** Told of the blobs that were read. */
  readonly onProgress?: (blobs: number) => void;
}

export interface FsckReport {
  readonly organisation: OrganisationId;
  /** What is so now, after mending. */
  readonly findings: readonly Finding[];
  /** What was found before and is gone. */
  readonly mended: readonly Finding[];
  /** Checks that were left out, and why. */
  readonly skipped: readonly string[];
  readonly blobs: number;
  /** No errors and no warnings are left. */
  readonly sound: boolean;
}

/**
 * Checks a stopped node's files, database and receipt log against each other and against the ledger. Takes the node's locks. What a
 * start does at opening happens here too (a torn last write of the log is cut off, unfinished blobs are swept); nothing else is
 * changed without `mend`, and never the receipt log.
 *
 * Throws when it cannot check: `keystore-missing`, `database-missing`, `data-dir-locked`, `database-newer`, `database-older`,
 * `bad-passphrase`, `keystore-corrupt`, `no-passphrase`, `ledger-unavailable`, `ledger-mismatch`, `storage-…`, `database-failed`.
 */
export async function fsck(options: FsckOptions): Promise<FsckReport> {
  const config = parseConfig(options.config, options.environment);
  const closing: (() => Promise<void>)[] = [];
  try {
    const files = await checkFiles(config.dataDir);
    const { db, schema, close } = await openStopped(config);
    closing.push(close);
    if (schema < MIGRATIONS.length) throw olderDatabase(schema);
    const opened = await openParts(config, options, db, closing);
    const skipped = skippedBy(options);
    const look = async (): Promise<{ context: FsckContext; findings: readonly Finding[] }> => {
      const scanned = await scanBlobs(opened.blobs, options.onProgress);
      const context = { ...opened, db, scanned };
      return { context, findings: [...opened.findings, ...(await checkAll(context))] };
    };
    const before = await look();
    const found = [...files, ...before.findings];
    if (!options.mend) return report(opened.organisation, found, [], skipped, before.context);
    await mendFindings(
      {
        ...before.context,
        dataDir: config.dataDir,
        keys: opened.keys,
        copy: opened.truthCopy,
        clock: systemClock,
        random: systemRandom,
        fetch: globalThis.fetch,
      },
      found,
    );
    const after = await look();
    const left = [...(await checkFiles(config.dataDir)), ...after.findings];
    const remaining = new Set(left.map(nameOf));
    const mended = found.filter((item) => !remaining.has(nameOf(item)));
    return report(opened.organisation, left, mended, skipped, after.context);
  } finally {
    for (const close of closing.toReversed()) await close().catch(() => undefined);
  }
}

interface Parts extends Omit<FsckContext, "db" | "scanned"> {
  readonly keys: NodeKeys | null;
  /** What opening found. */
  readonly findings: readonly Finding[];
}

async function openParts(
  config: NodeConfig,
  options: FsckOptions,
  db: Database,
  closing: (() => Promise<void>)[],
): Promise<Parts> {
  const file = (name: keyof typeof NODE_FILES): string => join(config.dataDir, NODE_FILES[name]);
  const findings: Finding[] = [];
  const keys = options.passphrase === null ? null : await openKeystore(file("keystore"), options.passphrase);
  const organisation = keys === null ? await organisationOfLog(file("receipts")) : keys.organisation;
  const receipts = await openLog(file("receipts"), organisation, findings);
  if (receipts !== null) closing.push(() => receipts.close());
  const share = keys === null ? null : await openShare(config.dataDir, keys, findings);
  const blobs = await FilesystemBlobStore.open(file("blobs"));
  const { identity } = config.ledger;
  const base = { organisation, identity, keys, receipts, share, blobs, findings };
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const useKeysOf = async (copy: FsckContext["truthCopy"]): Promise<void> => {
    if (keys !== null) await useCurrentKeys({ organisation, keys, copy, log: silent });
  };
  if (options.offline) {
    const truthCopy = createSqlLedgerCopy(db);
    await useKeysOf(truthCopy);
    return { ...base, truth: db, truthCopy, ledger: null };
  }

  const ledger = await EvmLedger.connect({
    rpcUrl: config.ledger.rpcUrl,
    identity,
    relay: config.ledger.relay,
    firstBlock: config.ledger.firstBlock,
    // Nothing is sent.
    account: toHex(systemRandom.bytes(32)),
    clock: systemClock,
  });
  closing.push(() => ledger.close());
  const truth = await openPgliteInMemory();
  closing.push(() => truth.close());
  await migrate(truth);
  const truthCopy = createSqlLedgerCopy(truth);
  const metrics = {
    count: () => undefined,
    gauge: () => undefined,
    time: () => undefined,
    info: () => undefined,
    render: async () => "",
  };
  await followLedger({ db: truth, durable: (_, work) => work(), ledger, log: silent, metrics }, truthCopy);
  await useKeysOf(truthCopy);
  return { ...base, truth, truthCopy, ledger };
}

async function openLog(
  path: string,
  organisation: OrganisationId,
  findings: Finding[],
): Promise<FileReceiptLog | null> {
  // Opening would begin an empty one.
  if (!(await isThere(path))) {
    findings.push(finding("log-missing", NODE_FILES.receipts));
    return null;
  }
  try {
    return await FileReceiptLog.open(path, { logId: fromHex(organisation) });
  } catch (error) {
    if (!hasCode(error, "log-corrupt") && !hasCode(error, "log-mismatch")) throw error;
    findings.push(finding("log-corrupt", `${NODE_FILES.receipts}: ${error.code}`));
    return null;
  }
}

async function openShare(dataDir: string, keys: NodeKeys, findings: Finding[]): Promise<CustodyShare | null> {
  try {
    return await openCustodyShare(dataDir, keys.custodySecret, (length) => systemRandom.bytes(length));
  } catch (error) {
    if (!hasCode(error, "keystore-corrupt")) throw error;
    findings.push(finding("share-corrupt", "share.*"));
    return null;
  }
}

async function organisationOfLog(path: string): Promise<OrganisationId> {
  const owner = await logOwner(path).catch((error: unknown) => {
    if (hasCode(error, "storage-failed")) return null;
    throw error;
  });
  if (owner !== null) return owner;
  throw new AnamnesisError({
    code: "no-passphrase",
    rule: "Whose node this is stands in its receipt log or its keystore.",
    fix: "The log does not say it: name the file with the keystore's passphrase in ANAMNESIS_PASSPHRASE_FILE.",
  });
}

function skippedBy({ passphrase, offline, mend }: FsckOptions): readonly string[] {
  const skipped: string[] = [];
  if (passphrase === null) {
    skipped.push("custody shares: they open with the keystore's passphrase alone");
    if (mend)
      skipped.push("fetching blobs: other nodes answer signed requests alone, which need the passphrase");
  }
  if (offline) skipped.push("the ledger: the node's own copy of it was taken for true");
  return skipped;
}

function report(
  organisation: OrganisationId,
  findings: readonly Finding[],
  mended: readonly Finding[],
  skipped: readonly string[],
  { scanned }: FsckContext,
): FsckReport {
  const sound = findings.every(({ severity }) => severity === "note");
  const blobs = scanned.whole.size + scanned.damaged.size;
  return { organisation, findings, mended, skipped, blobs, sound };
}

function nameOf({ code, where }: Finding): string {
  return `${code} ${where}`;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function olderDatabase(schema: number): AnamnesisError<"database-older"> {
  return new AnamnesisError({
    code: "database-older",
    rule: "A database is checked by the program whose schema it has.",
    fix: "Start the node once with this program, which brings the database up to date, or check with the older one.",
    meta: { database: schema, program: MIGRATIONS.length },
  });
}
