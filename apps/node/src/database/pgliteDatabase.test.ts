import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openPglite } from "./pgliteDatabase.ts";

const WRITER = fileURLToPath(new URL("../testing/insertUntilKilled.ts", import.meta.url));
/** Acknowledged rows and transactions before the kill. */
const ENOUGH = 300;

let folder: string;
let db: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "database-"));
  await killWriter();
  db = await openPglite(join(folder, "database"));
}, 60_000);
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const acknowledged = { rows: new Set<number>(), transactions: new Set<number>() };

/** A process that inserts and says what was acknowledged, ended by SIGKILL in the middle of its work. */
async function killWriter(): Promise<void> {
  const child = spawn(process.execPath, [WRITER, join(folder, "database")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, number] = line.split(" ");
    (kind === "row" ? acknowledged.rows : acknowledged.transactions).add(Number(number));
    if (acknowledged.rows.size >= ENOUGH && child.exitCode === null) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
}

describe("the database on disk", () => {
  it("has every acknowledged row and whole transactions only after kill -9", async () => {
    const rows = await db.query<{ n: number }>("select n from written where part is null");
    const found = new Set(rows.map((row) => row.n));
    expect([...acknowledged.rows].filter((n) => !found.has(n))).toEqual([]);
    const parts = await db.query<{ n: number; parts: number }>(
      "select n, count(*)::int as parts from written where part is not null group by n",
    );
    const whole = new Set(parts.map((row) => row.n));
    expect([...acknowledged.transactions].filter((n) => !whole.has(n))).toEqual([]);
    expect(parts.filter((row) => row.parts !== 3)).toEqual([]);
    expect(acknowledged.transactions.size).toBeGreaterThan(0);
  });

  it("syncs its write-ahead log with each commit", async () => {
    expect(await db.query("show fsync")).toEqual([{ fsync: "on" }]);
    expect(await db.query("show wal_sync_method")).toEqual([{ wal_sync_method: "open_datasync" }]);
    expect(await db.query("show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
  });

  it("belongs to one process, or one opening, at a time", async () => {
    expect(await codeOf(openPglite(join(folder, "database")))).toBe("data-dir-locked");
    const child = spawn(process.execPath, [WRITER, join(folder, "database")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) lines.push(line);
    expect(lines).toEqual(["refused data-dir-locked"]);
  });

  it("lets a plain query wait while a transaction runs", async () => {
    await db.query("create table steps (id bigint generated always as identity, step text not null)");
    let go = (): void => undefined;
    const allowed = new Promise<void>((resolve) => (go = resolve));
    const inside = db.transaction(async (tx) => {
      await tx.query("insert into steps (step) values ('begun')");
      await allowed;
      await tx.query("insert into steps (step) values ('ended')");
    });
    const outside = db.query("insert into steps (step) values ('outside')");
    const second = db.transaction((tx) => tx.query("insert into steps (step) values ('second')"));
    go();
    await Promise.all([inside, outside, second]);
    const steps = await db.query<{ step: string }>("select step from steps order by id");
    expect(steps.map(({ step }) => step)).toEqual(["begun", "ended", "outside", "second"]);
  });

  it("rolls a transaction back whole when it throws, and throws what it threw", async () => {
    await db.query("create table counted (n bigint primary key)");
    const failure = new TypeError("a defect of the work");
    const work = db.transaction(async (tx) => {
      await tx.query("insert into counted values (1)");
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    const conflict = db.transaction(async (tx) => {
      await tx.query("insert into counted values (2)");
      await tx.query("insert into counted values (2)");
    });
    await expect(conflict).rejects.toMatchObject({ code: "database-failed", meta: { sqlstate: "23505" } });
    const swallowed = db.transaction(async (tx) => {
      await tx.query("insert into counted values (3)");
      await tx.query("select 1/0").catch(() => undefined);
      await tx.query("insert into counted values (4)");
    });
    await expect(swallowed).rejects.toMatchObject({ code: "database-failed", meta: { sqlstate: "25P02" } });
    expect(await db.query("select n from counted")).toEqual([]);
  });

  it("gives errors that name a state and no value", async () => {
    const canary = "canary-4c1e";
    await db.query("create table named (name text primary key, size int check (size > 0))");
    await db.query("insert into named values ($1, 1)", [canary]);
    const failing: readonly [sql: string, state: string][] = [
      [`insert into named values ('${canary}', 1)`, "23505"],
      [`insert into named values ('x${canary}', -1)`, "23514"],
      [`select '${canary}'::int`, "22P02"],
      [`select * from "${canary}"`, "42P01"],
      [`select '${canary}`, "42601"],
    ];
    for (const [sql, sqlstate] of failing) {
      const error = await db.query(sql).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "database-failed", meta: { sqlstate } });
      const { message, stack, cause } = error as Error;
      expect(
        `${message}${stack ?? ""}${JSON.stringify(error)}${JSON.stringify(cause ?? null)}`,
      ).not.toContain(canary);
    }
  });

  it("gives bigint as a number, bytea as bytes, jsonb parsed", async () => {
    const values = [Number.MAX_SAFE_INTEGER, new Uint8Array([0, 255]), JSON.stringify({ a: [1] })];
    const rows = await db.query("select $1::bigint as n, $2::bytea as b, $3::text::jsonb as j", values);
    expect(rows).toEqual([{ n: Number.MAX_SAFE_INTEGER, b: new Uint8Array([0, 255]), j: { a: [1] } }]);
    expect(await codeOf(db.query("select 9007199254740993::bigint as n"))).toBe("database-failed");
    expect(await db.query("select 1::int as n")).toEqual([{ n: 1 }]);
  });
});

describe("migrate", () => {
  it("applies each migration once, and what is new later", async () => {
    const steps = [
      "create table m1 (n int); create table m2 (n int)",
      "-- a note; with a semicolon\ninsert into m1 values (7)",
    ];
    await migrate(db, steps.slice(0, 1));
    await migrate(db, steps);
    await migrate(db, steps);
    expect(await db.query("select n from m1")).toEqual([{ n: 7 }]);
    expect(await db.query("select version from schema_version")).toEqual([{ version: 2 }]);
  });

  it("leaves nothing of a migration that fails", async () => {
    const before = await db.query("select version from schema_version");
    const failing = ["select 1", "select 1", "create table half (n int); create table half (n int)"];
    expect(await codeOf(migrate(db, failing))).toBe("database-failed");
    expect(await db.query("select version from schema_version")).toEqual(before);
    expect(await db.query("select 1 as one from pg_tables where tablename = 'half'")).toEqual([]);
  });

  it("refuses a database of a newer program", async () => {
    await db.query("update schema_version set version = $1", [MIGRATIONS.length + 1]);
    await expect(migrate(db)).rejects.toMatchObject({
      code: "database-newer",
      meta: { database: MIGRATIONS.length + 1, program: MIGRATIONS.length },
    });
  });

  it("makes the node's own schema, twice without a change", async () => {
    await db.query("delete from schema_version");
    await migrate(db);
    const tables = "select tablename from pg_tables where schemaname = 'public' order by tablename";
    const made = await db.query(tables);
    await migrate(db);
    expect(await db.query(tables)).toEqual(made);
    expect(made).toContainEqual({ tablename: "sticky_revocations" });
  });
});
