import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "@anamnesis/core/ports/database";
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
