import type { Database, Queryable, Row, SqlValue } from "@anamnesis/core/ports/database";
import { migrate } from "@anamnesis/node/database/migrate";
import { counted } from "./nativeWork.ts";
import type { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import { WireEngine } from "./wireQueries.ts";

/** Share of the statements before or after which the scheduler may hold a node. */
const HELD = 0.25;
const READS_HELD = 0.06;

const TRANSACTION = { begin: "begin", commit: "commit", rollback: "rollback" };
const SAVEPOINT = { begin: "savepoint work", commit: "release work", rollback: "rollback to work" };

/**
 * One engine for the databases of all nodes, a schema each. A seed runs in one transaction of the engine that is rolled back at
 * its end, so that the next one begins with the same rows; a node's transactions are savepoints in it.
 */
export class SharedEngine {
  readonly #engine: WireEngine;
  #schema = "";
  #inSeed = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(engine: WireEngine) {
    this.#engine = engine;
  }

  /** With a migrated schema for each name. */
  static async open(names: readonly string[]): Promise<SharedEngine> {
    const engine = new SharedEngine(await WireEngine.open());
    for (const name of names) {
      await engine.#engine.command(`create schema ${name}`);
      await migrate(engine.database(name));
    }
    return engine;
  }

  /** What was written so far stays for all seeds. */
  async begin(): Promise<void> {
    await this.#engine.command("begin");
    this.#inSeed = true;
    this.#schema = "";
  }

  async rollBack(): Promise<void> {
    await this.#last;
    await this.#engine.command("rollback");
    this.#inSeed = false;
    this.#schema = "";
  }

  /** Removes what the rolled back seeds left behind. */
  async vacuum(): Promise<void> {
    await this.#engine.command("vacuum");
    await this.#engine.command("checkpoint");
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** One node's tables, without a scheduler: for what is made before a seed begins, and for looking from outside. */
  database(schema: string): Database {
    const { query } = this.#statements(schema);
    return {
      query,
      transaction: (work) => this.#transaction(schema, work),
      close: async () => undefined,
    };
  }

  #statements(schema: string): Queryable {
    return {
      query: (sql, values) =>
        this.#exclusive(async () => {
          await this.#use(schema);
          return this.#engine.query(schema, sql, values ?? []);
        }),
    };
  }

  #transaction<T>(schema: string, work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#exclusive(async () => {
      await this.#use(schema);
      const { begin, commit, rollback } = this.#inSeed ? SAVEPOINT : TRANSACTION;
      await this.#engine.command(begin);
      try {
        const result = await work({
          query: <R extends Row>(sql: string, values?: readonly SqlValue[]) =>
            this.#engine.query<R>(schema, sql, values ?? []),
        });
        await this.#engine.command(commit);
        return result;
      } catch (error) {
        await this.#engine.command(rollback);
        throw error;
      }
    });
  }

  async #use(schema: string): Promise<void> {
    if (this.#schema === schema) return;
    await this.#engine.command(`set search_path = ${schema}`);
    this.#schema = schema;
  }

  /** In the order of the calls. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const earlier = this.#last;
    const result = counted(async () => {
      await earlier;
      return await work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** What a node's process sees of its database: statements wait for the scheduler before and after, transactions take effect whole. */
export function scheduledDatabase(
  inner: Database,
  process: Process,
  scheduler: Scheduler,
  written: () => void,
): Database {
  const { rng } = scheduler;
  return {
    query: async <R extends Row>(sql: string, values?: readonly SqlValue[]) => {
      const writes = !/^\s*select/i.test(sql);
      const held = writes ? HELD : READS_HELD;
      if (rng.chance(held)) await scheduler.gate(process, "database", nameOf(sql));
      const rows = await inner.query<R>(sql, values);
      if (writes) written();
      if (rng.chance(held))
        await scheduler.gate(process, writes ? "commit" : "database", `done: ${nameOf(sql)}`);
      return rows;
    },
    transaction: async (work) => {
      if (rng.chance(HELD)) await scheduler.gate(process, "database", "begin");
      const result = await inner.transaction(work);
      written();
      if (rng.chance(HELD)) await scheduler.gate(process, "commit", "committed");
      return result;
    },
    close: async () => undefined,
  };
}

/** `insert into outbox`, `select … records`: enough to read a trace. */
function nameOf(sql: string): string {
  const verb = /^\s*(\w+)/.exec(sql)?.[1] ?? "";
  const table = /\b(?:from|into|update)\s+(\w+)/i.exec(sql)?.[1] ?? "";
  return `${verb} ${table}`;
}
