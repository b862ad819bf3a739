import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Database } from "@anamnesis/core/ports/database";
import { openPglite } from "@anamnesis/node/database/pgliteDatabase";
import { openPostgres } from "@anamnesis/node/database/postgresDatabase";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { createTestDatabase, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { systemRandom } from "@anamnesis/node/runtime/systemRandom";

/**
 * Rows a second of both databases, turn by turn in one run: `npm run bench:database`. `DATABASE_URL` names a server on which
 * it may make a database; without it, a server of its own on this machine is used.
 */
const ROUNDS = 3;
const MILLISECONDS = 1500;
const PER_TRANSACTION = 50;
const ROW = "x".repeat(200);

const insert = "insert into measured (id, body) values ($1, $2)";
let id = 0;

const KINDS: Readonly<
  Record<string, { readonly rows: number; readonly run: (db: Database) => Promise<unknown> }>
> = {
  "insert, its own commit": { rows: 1, run: (db) => db.query(insert, [id++, ROW]) },
  [`transaction of ${PER_TRANSACTION} inserts`]: {
    rows: PER_TRANSACTION,
    run: (db) =>
      db.transaction(async (tx) => {
        for (let i = 0; i < PER_TRANSACTION; i++) await tx.query(insert, [id++, ROW]);
      }),
  },
  [`transaction of one insert of ${PER_TRANSACTION} rows`]: {
    rows: PER_TRANSACTION,
    run: (db) =>
      db.transaction((tx) =>
        tx.query("insert into measured (id, body) select n, $2 from unnest($1::bigint[]) as n", [
          Array.from({ length: PER_TRANSACTION }, () => id++),
          ROW,
        ]),
      ),
  },
  "read by key": {
    rows: 1,
    run: (db) => db.query("select body from measured where id = $1", [Math.floor(id / 2)]),
  },
};

async function perSecond(db: Database, kind: string, concurrent: number): Promise<number> {
  const { rows, run } = KINDS[kind] as (typeof KINDS)[string];
  const begin = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: concurrent }, async () => {
      while (performance.now() - begin < MILLISECONDS) {
        await run(db);
        done += rows;
      }
    }),
  );
  return done / ((performance.now() - begin) / 1000);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const folder = await mkdtemp(join(tmpdir(), "bench-"));
const given = process.env["DATABASE_URL"];
const program = findPostgres();
const server = given === undefined && program !== null ? await PostgresServer.start(program) : null;
const url = given ?? server?.url("postgres");
const embedded = await openPglite(join(folder, "database"));
const served = url === undefined ? null : await openPostgres(await createTestDatabase(url), systemRandom);
try {
  if (served === null)
    process.stderr.write("There is no PostgreSQL on this machine: the embedded one alone.\n");
  const both = [embedded, ...(served === null ? [] : [served])];
  for (const db of both) await db.query("create table measured (id bigint primary key, body text not null)");
  const table: Record<string, string | number>[] = [];
  for (const kind of Object.keys(KINDS)) {
    for (const concurrent of [1, 16]) {
      const figures: number[][] = both.map(() => []);
      for (let round = 0; round < ROUNDS; round++) {
        for (const [i, db] of both.entries()) figures[i]?.push(await perSecond(db, kind, concurrent));
      }
      const [pglite, postgres] = figures.map(median);
      table.push({
        kind,
        concurrent,
        "embedded, rows/s": Math.round(pglite ?? 0),
        ...(postgres === undefined
          ? {}
          : { "PostgreSQL, rows/s": Math.round(postgres), ratio: (postgres / (pglite ?? 1)).toFixed(1) }),
      });
    }
  }
  console.table(table);
} finally {
  await embedded.close();
  await served?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}
