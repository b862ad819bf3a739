import { PGlite, types } from "@electric-sql/pglite";
import { afterAll, afterEach } from "vitest";
import type { Database, Queryable, Row, SqlValue } from "../../database/database.ts";
import { MIGRATIONS } from "../../database/migrations.ts";

const free: Database[] = [];
const used: Database[] = [];

/** An empty database until the end of the test; then it is emptied for the next one, since starting one takes long. */
export async function openTestDatabase(): Promise<Database> {
  const db = free.pop() ?? (await open());
  used.push(db);
  return db;
}

export async function emptyDatabase(db: Database): Promise<void> {
  const tables = await db.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_version'",
  );
  await db.query(`truncate ${tables.map((row) => row.tablename).join(", ")} restart identity`);
}

afterEach(async () => {
  for (const db of used.splice(0)) {
    await emptyDatabase(db);
    free.push(db);
  }
});

afterAll(async () => {
  for (const db of free.splice(0)) await db.close();
});

async function open(): Promise<Database> {
  const db = await PGlite.create({ parsers: { [types.INT8]: (value: string) => Number(value) } });
  for (const migration of MIGRATIONS) await db.exec(migration);
  const on = (target: Pick<PGlite, "query">): Queryable => ({
    query: async <R extends Row>(sql: string, values: readonly SqlValue[] = []): Promise<readonly R[]> =>
      (await target.query<R>(sql, [...values])).rows,
  });
  return {
    ...on(db),
    transaction: (work) => db.transaction((tx) => work(on(tx as unknown as PGlite))),
    close: () => db.close(),
  };
}
