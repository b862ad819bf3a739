import type { Database } from "../../database/database.ts";
import { migrate } from "../../database/migrate.ts";
import { openPgliteInMemory } from "../../database/pgliteDatabase.ts";

const free: Database[] = [];
const used: Database[] = [];

/** An empty database until `releaseTestDatabases`; they are used again, since starting one takes long. */
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

/** For `afterEach`: empties the databases that the test had, for the next one. */
export async function releaseTestDatabases(): Promise<void> {
  for (const db of used.splice(0)) {
    await emptyDatabase(db);
    free.push(db);
  }
}

/** For `afterAll`. */
export async function closeTestDatabases(): Promise<void> {
  for (const db of free.splice(0)) await db.close();
}

async function open(): Promise<Database> {
  const db = await openPgliteInMemory();
  await migrate(db);
  return db;
}
