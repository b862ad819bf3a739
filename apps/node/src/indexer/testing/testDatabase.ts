import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { inject } from "vitest";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "../../database/migrate.ts";
import { MIGRATIONS } from "../../database/migrations.ts";
import { openPgliteInMemory } from "../../database/pgliteDatabase.ts";
import { openPostgres } from "../../database/postgresDatabase.ts";
import { createTestDatabase } from "../../database/testing/postgresServer.ts";
import { systemRandom } from "../../runtime/systemRandom.ts";

const ENGINE = createRequire(import.meta.url).resolve("@electric-sql/pglite");
/** Changes with every installation of the engine. */
const VERSION = statSync(ENGINE).mtimeMs;
/** Another schema or another engine has another name. */
const DUMP = join(
  ENGINE.slice(0, ENGINE.lastIndexOf("node_modules")),
  "node_modules/.cache/anamnesis",
  `database-${createHash("sha256")
    .update([VERSION, ...MIGRATIONS].join("\0"))
    .digest("hex")
    .slice(0, 16)}.tar`,
);

/** On which engine the tests of this run keep their state: `postgres`, else the embedded one. */
const ON_SERVER = process.env["ANAMNESIS_TEST_DATABASE"] === "postgres";

const free: Database[] = [];
const used: Database[] = [];

/** An empty database until `releaseTestDatabases`; they are used again, since starting one takes long. */
export async function openTestDatabase(): Promise<Database> {
  const db = free.pop() ?? (await open());
  used.push(db);
  return db;
}

/** For `beforeAll` of a file whose tests are not to be timed with the start of its first database. */
export async function startTestDatabase(): Promise<void> {
  await openTestDatabase();
  await releaseTestDatabases();
}

export async function emptyDatabase(db: Database): Promise<void> {
  const tables = await db.query<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public' and tablename not in ('schema_version', 'database_owner')",
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
  return ON_SERVER ? onServer() : embedded();
}

async function onServer(): Promise<Database> {
  const db = await openPostgres(await createTestDatabase(inject("postgres")), systemRandom);
  await migrate(db);
  return db;
}

/** With the schema in it, made once for each schema and kept beside the dependencies that made it. */
async function embedded(): Promise<Database> {
  const dump = await readFile(DUMP).catch(() => null);
  if (dump !== null) return openPgliteInMemory(new Blob([Uint8Array.from(dump)]));
  const db = await openPgliteInMemory();
  await migrate(db);
  const bytes = new Uint8Array(await (await db.dump()).arrayBuffer());
  const temporary = `${DUMP}.${process.pid}`;
  await mkdir(dirname(DUMP), { recursive: true });
  await writeFile(temporary, bytes);
  await rename(temporary, DUMP);
  return db;
}
