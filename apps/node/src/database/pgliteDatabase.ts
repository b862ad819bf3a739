import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Mutex, PGlite } from "@electric-sql/pglite";
import { AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import { onMedium } from "@anamnesis/storage/onMedium";
import { lockForProcess, type Release } from "@anamnesis/storage/lock/processLock";
import type { Database, Queryable, Row, SqlValue } from "@anamnesis/core/ports/database";
import { makePgliteFolder } from "./makePgliteFolder.ts";
import { databaseFailed, parseInt8, sqlStateOf } from "./databaseError.ts";
import { PgliteStatements } from "./pgliteStatements.ts";
import { statementWeight } from "./statementWeight.ts";
import { tablesDue } from "./tablesDue.ts";
import { watchStatements } from "./watchStatements.ts";

/** PostgreSQL's type numbers. */
const INT8 = 20;
const BYTEA = 17;

/**
 * The default of PGlite switches fsync off. Here the write-ahead log is opened with O_DSYNC, so that a commit is on the
 * disk when it is acknowledged; data files are still not synced at checkpoints (docs/operations.md says what that means).
 */
const DURABLE = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  "-c",
  "wal_sync_method=open_datasync",
];

/** Statements, by their weight, after which tables are looked at that a plan may be too old for: a look takes as long as some ten of them. */
const UPKEEP_AFTER = 2000;

const PARSERS = { [INT8]: parseInt8, [BYTEA]: parseBytea };

/** Opens (or makes) the database in a folder of its own. Throws `data-dir-locked`, `storage-…`, `database-failed`. */
export async function openPglite(folder: string): Promise<Database> {
  await onMedium("open-database", () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const release = await lock(join(folder, "..", "database.lock"));
  try {
    await onMedium("open-database", () => makePgliteFolder(folder));
    const engine = await guarded(() =>
      PGlite.create({ dataDir: folder, startParams: DURABLE, parsers: PARSERS }),
    );
    return new PgliteDatabase(engine, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * A database that lives as long as the process: for tests of what stands above.
 * @param loadDataDir what `dump` of an earlier one gave: a fourth of the time of making one.
 */
export async function openPgliteInMemory(
  loadDataDir?: Blob,
): Promise<Database & { readonly dump: () => Promise<Blob> }> {
  const engine = await PGlite.create({
    parsers: PARSERS,
    ...(loadDataDir === undefined ? {} : { loadDataDir }),
  });
  const db = new PgliteDatabase(engine, async () => undefined);
  return Object.assign(db, { dump: () => engine.dumpDataDir("none") });
}

async function lock(path: string): Promise<Release> {
  try {
    return await lockForProcess(path);
  } catch (error) {
    // A folder that cannot be written has no other process in it: who reads the fix must not look for one.
    if (!isAnamnesisError(error) || error.code !== "log-locked") throw error;
    throw new AnamnesisError({
      code: "data-dir-locked",
      rule: "One process works with a node's data folder.",
      fix: "Stop the other node process, or give this one another folder.",
      cause: error,
    });
  }
}

class PgliteDatabase implements Database {
  readonly #engine: PGlite;
  readonly #release: Release;
  readonly #statements: PgliteStatements;
  /** PGlite has one connection: transactions and single statements wait for each other in the order of their calls. */
  readonly #turns = new Mutex();
  #closed: Promise<void> | null = null;
  /** Since the last upkeep. */
  #ran = 0;

  constructor(engine: PGlite, release: Release) {
    this.#engine = engine;
    this.#release = release;
    this.#statements = new PgliteStatements(engine);
  }

  query<R extends Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly R[]> {
    return this.#inTurn(() => this.#run<R>(sql, values));
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const tx = watchStatements({ query: (sql, values) => this.#run(sql, values ?? []) });
      await guarded(() => this.#statements.control("begin"));
      let result: T;
      try {
        result = await work(tx);
      } catch (error) {
        await this.#rollback();
        throw error;
      }
      // The engine would answer the commit of a failed transaction with a rollback, and call that a success.
      if (tx.failure !== null) {
        await this.#rollback();
        throw tx.failure.error;
      }
      await guarded(() => this.#statements.control("commit"));
      return result;
    });
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#turns
      .runExclusive(() => this.#engine.close())
      .then(() => this.#release()));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = await this.#turns.runExclusive(work);
    if (this.#ran >= UPKEEP_AFTER && this.#closed === null) {
      this.#ran = 0;
      void this.#keepUp();
    }
    return result;
  }

  /** A table a turn, behind those who wait by then. What fails is due again at the next time; that the engine failed is told by whatever is asked of it next. */
  async #keepUp(): Promise<void> {
    try {
      const due = await this.#turns.runExclusive(() => tablesDue({ query: (sql) => this.#run(sql, []) }));
      for (const statement of due) {
        if (this.#closed !== null) return;
        await this.#turns.runExclusive(() => this.#run(statement, []));
      }
    } catch {
      this.#ran = 0;
    }
  }

  /** What the work threw counts: an engine that does not roll back takes no further statement either. */
  async #rollback(): Promise<void> {
    await this.#statements.control("rollback").catch(() => undefined);
  }

  #run<R extends Row>(sql: string, values: readonly SqlValue[]): Promise<readonly R[]> {
    this.#ran += statementWeight(values);
    return guarded(() => this.#statements.run<R>(sql, values));
  }
}

/** Of PostgreSQL's hexadecimal text, `\\x…`; the engine's own reads it digit by digit. */
function parseBytea(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) / 2);
  Buffer.from(bytes.buffer).write(text.slice(2), "hex");
  return bytes;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AnamnesisError) throw error;
    throw databaseFailed(sqlStateOf(error));
  }
}
