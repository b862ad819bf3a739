import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { beforeAll, describe, expect, it } from "vitest";
import { type Database, PLANNED_ANEW } from "@anamnesis/core/ports/database";
import { migrate } from "../migrate.ts";
import { MIGRATIONS } from "../migrations.ts";

export interface DatabaseFixture {
  /** Folder or URL of a database that nobody has opened yet. */
  readonly place: () => Promise<string>;
  /** The fixture closes what it opened. */
  readonly open: (where: string) => Promise<Database>;
  /** Code of the refusal to open what another process has open. */
  readonly locked: string;
}

const WRITER = fileURLToPath(new URL("insertUntilKilled.ts", import.meta.url));
/** Acknowledged rows before the kill. */
const ENOUGH = 300;

interface Acknowledged {
  readonly rows: ReadonlySet<number>;
  readonly transactions: ReadonlySet<number>;
  readonly refused: string | null;
}

/** A process that inserts and says what was acknowledged, ended by SIGKILL in the middle of its work. */
async function writeUntilKilled(where: string): Promise<Acknowledged> {
  const [rows, transactions] = [new Set<number>(), new Set<number>()];
  let refused: string | null = null;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", WRITER, where], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, what] = line.split(" ");
    if (kind === "row") rows.add(Number(what));
    if (kind === "transaction") transactions.add(Number(what));
    if (kind === "refused") refused = what ?? "";
    if (rows.size >= ENOUGH && child.exitCode === null) child.kill("SIGKILL");
  }
  await ended;
  return { rows, transactions, refused };
}

/** What every `Database` does, whatever the engine. */
export function databaseConformance({ place, open, locked }: DatabaseFixture): void {
  let db: Database;
  let where: string;
  let acknowledged: Acknowledged;
  beforeAll(async () => {
    where = await place();
    acknowledged = await writeUntilKilled(where);
    db = await open(where);
  }, 120_000);

  describe("a database after kill -9 of its process", () => {
    it("has every acknowledged row and whole transactions only", async () => {
      const rows = await db.query<{ n: number }>("select n from written where part is null");
      const found = new Set(rows.map((row) => row.n));
      expect([...acknowledged.rows].filter((n) => !found.has(n))).toEqual([]);
      const parts = await db.query<{ n: number; parts: number }>(
        "select n, count(*)::int as parts from written where part is not null group by n",
      );
      const whole = new Set(parts.map((row) => row.n));
      expect([...acknowledged.transactions].filter((n) => !whole.has(n))).toEqual([]);
      expect(parts.filter((row) => row.parts !== 3)).toEqual([]);
      expect(acknowledged.rows.size).toBeGreaterThanOrEqual(ENOUGH);
      expect(acknowledged.transactions.size).toBeGreaterThan(0);
    });

    it("belongs to one process, or one opening, at a time", async () => {
      const [here, { refused, rows }] = await Promise.all([codeOf(open(where)), writeUntilKilled(where)]);
      expect(here).toBe(locked);
      expect(refused).toBe(locked);
      expect(rows.size).toBe(0);
    });

    it("finishes what is under way when it is closed, takes nothing afterwards, and is free", async () => {
      await db.query("create table last (n bigint)");
      const under = db.query<{ n: number }>("insert into last values (1) returning n");
      const closed = db;
      await closed.close();
      expect(await under).toEqual([{ n: 1 }]);
      await expect(closed.query("select 1 as one")).rejects.toThrow(/./);
      db = await open(where);
      expect(await db.query("select n from last")).toEqual([{ n: 1 }]);
    });
  });

  describe("a database", () => {
    it("gives bigint as a number, bytea as bytes, jsonb parsed", async () => {
      const values = [Number.MAX_SAFE_INTEGER, new Uint8Array([0, 255]), JSON.stringify({ a: [1] })];
      const rows = await db.query("select $1::bigint as n, $2::bytea as b, $3::text::jsonb as j", values);
      expect(rows).toEqual([{ n: Number.MAX_SAFE_INTEGER, b: new Uint8Array([0, 255]), j: { a: [1] } }]);
      expect(await codeOf(db.query("select 9007199254740993::bigint as n"))).toBe("database-failed");
      expect(await db.query("select 1::int as n, null::bytea as b")).toEqual([{ n: 1, b: null }]);
    });

    it("keeps every kind of value as it was", async () => {
      await db.query("create table kinds (t text, n bigint, i int, b bytea, f boolean, z text)");
      const text = "Ärztin 'quoted' \\ {brace} \u{1f9ec}\n$1";
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      for (const flag of [true, false]) {
        await db.query("insert into kinds values ($1, $2, $3, $4, $5, $6)", [text, -5, 7, bytes, flag, null]);
      }
      await db.query("insert into kinds (t, b) values ($1, $2)", ["", new Uint8Array()]);
      const row = { t: text, n: -5, i: 7, b: bytes, z: null };
      const none = { n: null, i: null, f: null, z: null };
      expect(await db.query("select * from kinds order by f nulls last")).toEqual([
        { ...row, f: false },
        { ...row, f: true },
        { ...none, t: "", b: new Uint8Array() },
      ]);
      const lists = await db.query(
        `select x, y from unnest($1::bigint[], $2::text[]) as l (x, y)
         where y = any($3) and x <> all($4::bigint[])`,
        [[1, 2, 3], ["a,b", '"}', "c"], ["a,b", '"}'], []],
      );
      expect(lists).toEqual([
        { x: 1, y: "a,b" },
        { x: 2, y: '"}' },
      ]);
    });

    it("sees a table as it is now, however often a statement ran before it was changed", async () => {
      await db.query("create table changing (n bigint)");
      const all = (): Promise<readonly object[]> => db.query("select * from changing");
      for (const n of [1, 2]) await db.query("insert into changing values ($1)", [n]);
      for (let i = 0; i < 8; i++) expect(await all()).toEqual([{ n: 1 }, { n: 2 }]);
      await db.query("alter table changing add column t text not null default 'new'");
      expect(await all()).toEqual([
        { n: 1, t: "new" },
        { n: 2, t: "new" },
      ]);
    });

    it("takes more different statements than anybody would keep prepared", async () => {
      for (const again of [0, 1, 2, 3]) {
        for (let i = 0; i < 600; i++) {
          expect(await db.query(`select $1::bigint + ${i} as n`, [again])).toEqual([{ n: again + i }]);
        }
      }
    });

    it("gives one statement the values of each of its runs, on one connection or on many", async () => {
      await db.query("create table repeated (n bigint, t text)");
      const run = async (n: number): Promise<void> => {
        const t = n % 3 === 0 ? null : `text ${n}`;
        await db.query("insert into repeated values ($1, $2)", [n, t]);
        expect(await db.query("select n, t from repeated where n = $1", [n])).toEqual([{ n, t }]);
      };
      for (let n = 0; n < 12; n++) await run(n);
      await Promise.all(Array.from({ length: 40 }, (_, i) => run(100 + i)));
      expect(await db.query("select count(*)::int as n from repeated")).toEqual([{ n: 52 }]);
    });

    it("gives what is planned anew the values of each run, of a table as it is now, in and out of transactions", async () => {
      await db.query("create table anew (n bigint primary key)");
      await db.query("insert into anew select generate_series(1, 9)");
      const sql = `${PLANNED_ANEW} select *, 10 / $1::bigint as tenth from anew where n = $1`;
      const run = (n: number): Promise<readonly object[]> => db.query(sql, [n]);
      for (let n = 1; n < 10; n++) expect(await run(n)).toEqual([{ n, tenth: Math.floor(10 / n) }]);
      await expect(run(0)).rejects.toMatchObject({ meta: { sqlstate: "22012" } });
      await expect(db.transaction((tx) => tx.query(sql, [0]))).rejects.toMatchObject({
        meta: { sqlstate: "22012" },
      });
      expect(await db.transaction((tx) => tx.query(sql, [5]))).toEqual([{ n: 5, tenth: 2 }]);
      await db.query("alter table anew add column t text not null default 'new'");
      expect(await run(5)).toEqual([{ n: 5, t: "new", tenth: 2 }]);
    });

    it("goes on after a statement that failed, with the statement that failed too", async () => {
      await db.query("create table divided (n bigint primary key)");
      const insert = (n: number): Promise<unknown> => db.query("insert into divided values (10 / $1)", [n]);
      const sqlstate = (state: string): object => ({ code: "database-failed", meta: { sqlstate: state } });
      await expect(insert(0)).rejects.toMatchObject(sqlstate("22012"));
      await insert(5);
      await expect(insert(5)).rejects.toMatchObject(sqlstate("23505"));
      await expect(db.query("select n from divided where m = $1", [1])).rejects.toMatchObject(
        sqlstate("42703"),
      );
      await insert(2);
      expect(await db.query("select n from divided order by n")).toEqual([{ n: 2 }, { n: 5 }]);
    });

    it("takes one statement at a time", async () => {
      await expect(db.query("select 1 as a; select 2 as b")).rejects.toMatchObject({
        code: "database-failed",
        meta: { sqlstate: "42601" },
      });
    });

    it("rolls a transaction back whole when it throws, and throws what it threw", async () => {
      await db.query("create table counted (n bigint primary key)");
      // oxlint-disable-next-line anamnesis/no-bare-error -- what no program throws on purpose.
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
      const goesOn = db.transaction(async (tx) => {
        await tx.query("insert into counted values (3)");
        await tx.query("select 1/0").catch(() => undefined);
        await tx.query("insert into counted values (4)");
      });
      await expect(goesOn).rejects.toMatchObject({ code: "database-failed", meta: { sqlstate: "25P02" } });
      expect(await db.query("select n from counted")).toEqual([]);
    });

    it("calls no transaction kept in which a statement failed", async () => {
      await db.query("create table swallowed (n bigint primary key)");
      const work = db.transaction(async (tx) => {
        await tx.query("insert into swallowed values (1)");
        await tx.query("select 1/0").catch(() => undefined);
      });
      await expect(work).rejects.toMatchObject({ code: "database-failed", meta: { sqlstate: "22012" } });
      expect(await db.query("select n from swallowed")).toEqual([]);
    });

    it("gives what the work gives, and shows the work its own writes", async () => {
      await db.query("create table seen (n bigint)");
      const seen = await db.transaction(async (tx) => {
        await tx.query("insert into seen values (1)");
        return (await tx.query<{ n: number }>("select n from seen"))[0]?.n;
      });
      expect(seen).toBe(1);
    });

    it("loses none of 50 increments that are made at once", async () => {
      await db.query("create table counter (n bigint not null)");
      await db.query("insert into counter values (0)");
      const increment = (): Promise<void> =>
        db.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>("select n from counter");
          await tx.query("update counter set n = $1", [(row?.n ?? 0) + 1]);
        });
      await Promise.all(Array.from({ length: 50 }, increment));
      expect(await db.query("select n from counter")).toEqual([{ n: 50 }]);
    });

    it("keeps a rule over several rows that each of many transactions checks for itself", async () => {
      await db.query("create table chain (number bigint not null, by bigint not null)");
      const append = (by: number): Promise<void> =>
        db.transaction(async (tx) => {
          const rows = await tx.query<{ newest: number | null }>("select max(number) as newest from chain");
          await tx.query("insert into chain values ($1, $2)", [(rows[0]?.newest ?? 0) + 1, by]);
        });
      await Promise.all(Array.from({ length: 30 }, (_, by) => append(by)));
      const numbers = await db.query<{ number: number }>("select number from chain order by number");
      expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    });

    it("lets the first of two equal inserts win, also when each has looked before", async () => {
      await db.query("create table unique_names (name text primary key)");
      const insert = (): Promise<boolean> =>
        db.transaction(async (tx) => {
          const known = await tx.query("select 1 as one from unique_names where name = 'a'");
          if (known.length > 0) return false;
          await tx.query("insert into unique_names values ('a')");
          return true;
        });
      const made = await Promise.all(Array.from({ length: 20 }, insert));
      expect(made.filter(Boolean)).toHaveLength(1);
      const plain = await Promise.all(
        Array.from({ length: 20 }, () =>
          db.query("insert into unique_names values ('b') on conflict (name) do nothing returning name"),
        ),
      );
      expect(plain.flat()).toEqual([{ name: "b" }]);
    });

    it("shows nothing of a transaction that is not kept yet, and all of it afterwards", async () => {
      await db.query("create table steps (step text not null)");
      const begun = Promise.withResolvers<void>();
      const allowed = Promise.withResolvers<void>();
      const inside = db.transaction(async (tx) => {
        await tx.query("insert into steps (step) values ('one')");
        begun.resolve();
        await allowed.promise;
        await tx.query("insert into steps (step) values ('two')");
      });
      await begun.promise;
      const meanwhile = db.query<{ step: string }>("select step from steps");
      allowed.resolve();
      await inside;
      // Before the transaction or after it, as the engine likes; never in its middle.
      expect([0, 2]).toContain((await meanwhile).length);
      expect(await db.query("select step from steps order by step")).toEqual([
        { step: "one" },
        { step: "two" },
      ]);
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
}
