import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPglite } from "./pgliteDatabase.ts";

describe("the folder of an embedded database", () => {
  let around: string;
  beforeEach(async () => {
    around = await mkdtemp(join(tmpdir(), "database-folder-"));
  });
  afterEach(() => rm(around, { recursive: true, force: true }));

  it("is the node's user's alone", async () => {
    const db = await openPglite(join(around, "database"));
    await db.close();
    expect((await stat(join(around, "database"))).mode & 0o777).toBe(0o700);
  });

  it("is made anew when a process died while it made one", async () => {
    const half = join(around, "database.new");
    await mkdir(join(half, "base"), { recursive: true });
    await writeFile(join(half, "PG_VERSION"), "18\n");
    const db = await openPglite(join(around, "database"));
    expect(await db.query("select 1::bigint as one")).toEqual([{ one: 1 }]);
    await db.close();
    expect(await readdir(around)).not.toContain("database.new");
  });

  it("begins empty however many were made before", async () => {
    const [first, second] = [join(around, "1", "database"), join(around, "2", "database")];
    const one = await openPglite(first);
    await one.query("create table kept (n bigint)");
    await one.close();
    const other = await openPglite(second);
    const tables = await other.query("select tablename from pg_tables where schemaname = 'public'");
    await other.close();
    expect(tables).toEqual([]);
  });

  it("keeps what is in it", async () => {
    const folder = join(around, "database");
    const before = await openPglite(folder);
    await before.query("create table kept (n bigint)");
    await before.close();
    const after = await openPglite(folder);
    expect(await after.query("select n from kept")).toEqual([]);
    await after.close();
  });
});
