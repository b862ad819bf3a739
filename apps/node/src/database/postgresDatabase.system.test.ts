import { hasCode } from "@anamnesis/core/errors";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemRandom } from "../runtime/systemRandom.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { openPostgres } from "./postgresDatabase.ts";
import { databaseConformance } from "./testing/databaseConformance.ts";
import { findPostgres, type PostgresProgram } from "./testing/postgresProgram.ts";
import { administrate, PASSWORD, PostgresServer } from "./testing/postgresServer.ts";

const program = findPostgres();
if (program === null) process.stderr.write("No PostgreSQL on this machine: its tests are skipped.\n");

/** Ends the sessions of a database from outside, as an administrator or a failing network does. */
const CUT = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

describe.skipIf(program === null)("a database on a PostgreSQL server", () => {
  let server: PostgresServer;
  const opened: Database[] = [];
  const open = async (url: string): Promise<Database> => {
    const db = await openPostgres(url, systemRandom);
    opened.push(db);
    return db;
  };
  beforeAll(async () => {
    server = await PostgresServer.start(program as PostgresProgram);
  }, 60_000);
  afterAll(async () => {
    // Whatever does not close, the server ends.
    await Promise.allSettled(opened.map((db) => db.close()));
    await server.stop();
  });

  databaseConformance({ place: () => server.createDatabase(), open, locked: "database-locked" });

  it("says that the server is away, keeps what was acknowledged, and goes on when it is back", async () => {
    const db = await open(await server.createDatabase());
    await db.query("create table written (n bigint primary key)");
    const acknowledged: number[] = [];
    const codes = new Set<string>();
    const enough = Promise.withResolvers<void>();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; ; i++) {
        const n = writer + 8 * i;
        try {
          await (n % 3 === 0
            ? db.transaction((tx) => tx.query("insert into written values ($1)", [n]))
            : db.query("insert into written values ($1)", [n]));
        } catch (error) {
          codes.add(hasCode(error, "database-unavailable") ? error.code : "another one");
          return;
        }
        acknowledged.push(n);
        if (acknowledged.length > 400) enough.resolve();
      }
    });
    await enough.promise;
    await server.end("SIGQUIT");
    await Promise.all(writers);
    expect([...codes]).toEqual(["database-unavailable"]);
    expect(await codeOf(db.query("select 1 as one"))).toBe("database-unavailable");
    await server.begin();
    const rows = await db.query<{ n: number }>("select n from written");
    const found = new Set(rows.map(({ n }) => n));
    expect(acknowledged.filter((n) => !found.has(n))).toEqual([]);
  });

  it("counts a table that has grown at once, and not one that has not", async () => {
    const db = await open(await server.createDatabase());
    await db.query("create table grown (n bigint)");
    await db.query("create table same (n bigint)");
    await db.query("insert into same select generate_series(1, 1000)");
    const counted = (): Promise<unknown> =>
      db.query("select relname from pg_stat_user_tables where last_analyze is not null");
    const rows = "x".repeat(1_000_000);
    const imported = (): Promise<unknown> =>
      db.transaction(async (tx) => {
        for (let i = 0; i < 10; i++)
          await tx.query("insert into grown select generate_series(1, 200) where length($1::text) > 0", [
            rows,
          ]);
      });
    // The server knows what changed a second later.
    await expect.poll(async () => (await imported(), counted())).toEqual([{ relname: "grown" }]);
    const [{ rows: known } = { rows: 0 }] = await db.query<{ readonly rows: number }>(
      "select reltuples::bigint as rows from pg_class where relname = 'grown'",
    );
    expect(known).toBeGreaterThan(1000);
  });

  it("fails what runs on a connection that is cut, whole, and takes another one", async () => {
    const url = await server.createDatabase();
    const db = await open(url);
    await db.query("create table kept (n bigint)");
    const cut = db.transaction(async (tx) => {
      await tx.query("insert into kept values (1)");
      await administrate(url, CUT);
      await tx.query("insert into kept values (2)");
    });
    expect(await codeOf(cut)).toBe("database-unavailable");
    const atCommit = db.transaction(async (tx) => {
      await tx.query("insert into kept values (3)");
      await administrate(url, CUT);
    });
    expect(await codeOf(atCommit)).toBe("database-unavailable");
    await db.transaction((tx) => tx.query("insert into kept values (4)"));
    expect(await db.query("select n from kept")).toEqual([{ n: 4 }]);
  });

  it("gets no connection again once another process had the database", async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    await first.query("create table kept (n bigint)");
    await server.end("SIGQUIT");
    await server.begin();
    // The first one has no connection now, and does not know it.
    const second = await open(url);
    expect(await codeOf(first.query("insert into kept values (1)"))).toBe("database-locked");
    expect(await codeOf(first.transaction((tx) => tx.query("insert into kept values (2)")))).toBe(
      "database-locked",
    );
    await second.close();
    expect(await codeOf(first.query("insert into kept values (3)"))).toBe("database-locked");
    expect(await administrate(url, "select n from kept")).toEqual([]);
  });

  it("cannot be taken from a process while one of its connections is there", async () => {
    const url = await server.createDatabase();
    const first = await open(url);
    const [session] = await first.query<{ pid: number }>("select pg_backend_pid() as pid");
    await first.transaction(async (tx) => {
      // The one that was opened first, and held the lock alone, is gone; that of the transaction lives.
      const [own] = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
      const others = `${CUT} and pid <> ${own?.pid ?? 0}`;
      await administrate(url, others);
      expect(session?.pid).toBeGreaterThan(0);
      expect(await codeOf(openPostgres(url, systemRandom))).toBe("database-locked");
      await tx.query("create table kept (n bigint)");
    });
    expect(await first.query("select n from kept")).toEqual([]);
  });

  it("refuses a server that acknowledges what is not on the disk, also when it is back after a restart", async () => {
    const url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    await server.administrate(`alter database ${name} set synchronous_commit = off`);
    expect(await codeOf(openPostgres(url, systemRandom))).toBe("database-not-durable");
    for (const level of ["local", "remote_write", "on", "remote_apply"]) {
      await server.administrate(`alter database ${name} set synchronous_commit = ${level}`);
      const db = await openPostgres(url, systemRandom);
      expect(await db.query("show synchronous_commit")).toEqual([{ synchronous_commit: level }]);
      await db.close();
    }
    const db = await open(url);
    await server.end();
    await server.begin(["fsync=off"]);
    expect(await codeOf(db.query("select 1 as one"))).toBe("database-not-durable");
    expect(await codeOf(openPostgres(url, systemRandom))).toBe("database-not-durable");
    await server.end();
    await server.begin();
    expect(await db.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("names a server that cannot be reached or a database that is not there, and no credentials", async () => {
    const nowhere = server.url("nowhere");
    const closed = nowhere.replace(/:\d+\//, ":1/");
    for (const [url, code] of [
      [nowhere, "database-failed"],
      [closed, "database-unavailable"],
    ] as const) {
      const error = await openPostgres(url, systemRandom).catch((thrown: unknown) => thrown as Error);
      expect(error).toMatchObject({ code });
      const { message, stack, cause } = error as Error;
      const shown = `${message}${stack ?? ""}${JSON.stringify(error)}${String(cause)}${JSON.stringify(cause ?? null)}`;
      expect(shown).not.toContain(PASSWORD);
      expect(shown).not.toContain("nowhere");
    }
  });
});
