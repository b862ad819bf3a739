import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, PLANNED_ANEW } from "@anamnesis/core/ports/database";
import { openPglite } from "./pgliteDatabase.ts";
import { databaseConformance } from "./testing/databaseConformance.ts";

describe("a database in the node's own process", () => {
  let folder: string;
  let places = 0;
  const opened: Database[] = [];
  const open = async (where: string): Promise<Database> => {
    const db = await openPglite(where);
    opened.push(db);
    return db;
  };
  // A lock lies beside its database: each has a folder of its own around it.
  const place = async (): Promise<string> => join(folder, String(places++), "database");
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "database-"));
  });
  afterAll(async () => {
    await Promise.all(opened.map((db) => db.close()));
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  databaseConformance({ place, open, locked: "data-dir-locked" });

  describe("beside what every database does", () => {
    let db: Database;
    let at: string;
    beforeAll(async () => {
      at = await place();
      db = await open(at);
    }, 120_000);

    it("syncs its write-ahead log with each commit", async () => {
      expect(await db.query("show fsync")).toEqual([{ fsync: "on" }]);
      expect(await db.query("show wal_sync_method")).toEqual([{ wal_sync_method: "open_datasync" }]);
      expect(await db.query("show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
    });

    it("makes plans anew for tables that have grown, and room where rows were deleted", async () => {
      await db.query("create table grown (id bigint primary key, other bigint not null)");
      const find = async (id: number): Promise<readonly unknown[]> =>
        db.query("select a.other from grown a join grown b on b.id = a.other where a.id = any($1)", [[id]]);
      const readWhole = async (): Promise<number> => {
        await db.query("select pg_stat_force_next_flush()");
        const [row] = await db.query<{ readonly n: number }>(
          "select seq_scan as n from pg_stat_user_tables where relname = 'grown'",
        );
        return row?.n ?? 0;
      };
      // So often that the engine keeps a plan for all values, and takes it from an empty table.
      for (let i = 0; i < 10; i++) await find(i);
      await db.query("insert into grown select i, i from generate_series(1, 20000) i");
      await db.query("delete from grown where id > 15000");
      for (let i = 0; i < 2000; i++) await db.query("select 1");
      await expect
        .poll(async () =>
          db.query("select n_dead_tup, n_mod_since_analyze from pg_stat_user_tables where relname = 'grown'"),
        )
        .toEqual([{ n_dead_tup: 0, n_mod_since_analyze: 0 }]);
      const before = await readWhole();
      expect(await find(77)).toEqual([{ other: 77 }]);
      expect(await readWhole()).toBe(before);
    });

    it("counts a table after few statements that bring many rows", async () => {
      await db.query("create table imported (n bigint, t text)");
      for (let i = 0; i < 10; i++)
        await db.query("insert into imported select generate_series(1, 200), left($1, 1)", [
          "x".repeat(1_000_000),
        ]);
      await expect
        .poll(async () =>
          db.query("select reltuples > 1000 as counted from pg_class where relname = 'imported'"),
        )
        .toEqual([{ counted: true }]);
    });

    it("plans for the values of a run where that is asked for, and for that run alone", async () => {
      const anew = `${PLANNED_ANEW} select current_setting('plan_cache_mode') as mode, 1 / $1::int as one`;
      const usual = async (): Promise<void> =>
        expect(await db.query("select current_setting('plan_cache_mode') as mode")).toEqual([
          { mode: "auto" },
        ]);
      expect(await db.query(anew, [1])).toEqual([{ mode: "force_custom_plan", one: 1 }]);
      await usual();
      await expect(db.query(anew, [0])).rejects.toMatchObject({ code: "database-failed" });
      await usual();
      await expect(db.transaction((tx) => tx.query(anew, [0]))).rejects.toMatchObject({
        code: "database-failed",
      });
      await usual();
      await db.transaction(async (tx) => {
        expect(await tx.query(anew, [1])).toHaveLength(1);
        expect(await tx.query("show plan_cache_mode")).toEqual([{ plan_cache_mode: "auto" }]);
      });
      await usual();
    });

    /** Why production refuses this engine: data files are not synced, so a loss of power can take them back to an earlier state. */
    it("loses what was acknowledged when its data files go back behind a checkpoint", async () => {
      const [here, there, earlier] = [at, await place(), join(folder, "earlier")];
      await db.query("create table acknowledged (n bigint)");
      await db.query("insert into acknowledged values (1)");
      await db.query("checkpoint");
      await cp(join(here, "base"), earlier, { recursive: true });
      await db.query("insert into acknowledged values (2)");
      await db.query("checkpoint");
      await cp(here, there, { recursive: true });
      await rm(join(there, "base"), { recursive: true });
      await cp(earlier, join(there, "base"), { recursive: true });
      const after = await open(there);
      expect(await after.query("select n from acknowledged")).toEqual([{ n: 1 }]);
      expect(await db.query("select n from acknowledged order by n")).toEqual([{ n: 1 }, { n: 2 }]);
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
  });
});
