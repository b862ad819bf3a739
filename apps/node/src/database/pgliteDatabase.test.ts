import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openPglite, openPgliteInMemory } from "./pgliteDatabase.ts";

let home = "";
let db: Database;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "database-"));
  db = await openPgliteInMemory();
  await migrate(db);
}, 30_000);
afterAll(async () => {
  await db.close();
  await rm(home, { recursive: true });
});

const INSERT = "insert into key_cards (digest, bytes) values ($1, $2)";

async function count(prefix: string): Promise<number> {
  const rows = await db.query<{ n: number }>("select count(*) as n from key_cards where digest like $1", [
    `${prefix}%`,
  ]);
  return rows[0]?.n ?? -1;
}

describe("on disk", () => {
  it("keeps every acknowledged row through kill -9, and its lock does not outlive the process", async () => {
    const folder = join(home, "killed", "database");
    const script = fileURLToPath(new URL("testing/insertForever.ts", import.meta.url));
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    const acknowledged: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 1) {
        await expect(openPglite(folder)).rejects.toMatchObject({ code: "data-dir-locked" });
      }
      if (acknowledged.length === 200) child.kill("SIGKILL");
    }
    await closed;
    expect(child.signalCode).toBe("SIGKILL");

    const reopened = await openPglite(folder);
    try {
      const rows = await reopened.query<{ digest: string }>("select digest from key_cards");
      const there = new Set(rows.map(({ digest }) => digest));
      expect(acknowledged.filter((number) => !there.has(`row ${number}`))).toEqual([]);
      // The engine's defaults keep nothing through a power loss.
      expect(await reopened.query("show fsync")).toEqual([{ fsync: "on" }]);
      expect(await reopened.query("show synchronous_commit")).toEqual([{ synchronous_commit: "on" }]);
      expect(await reopened.query("show wal_sync_method")).toEqual([{ wal_sync_method: "open_datasync" }]);
      await expect(openPglite(folder)).rejects.toMatchObject({ code: "data-dir-locked" });
    } finally {
      await reopened.close();
    }
  }, 60_000);

  it("says what is wrong with a folder that cannot be used, and not that it is locked", async () => {
    const file = join(home, "file");
    await writeFile(file, "");
    await expect(openPglite(join(file, "database"))).rejects.toMatchObject({ code: "storage-failed" });
    await expect(openPglite(file)).rejects.toMatchObject({ code: "storage-failed" });
  });
});

describe("values", () => {
  it("gives numbers for bigint, bytes for bytea and what JSON says for jsonb", async () => {
    const bytes = Uint8Array.of(0, 1, 255);
    const [row] = await db.query("select $1::bytea as bytes, $2::jsonb as json, $3::bigint as number", [
      bytes,
      '{"a":[1]}',
      Number.MAX_SAFE_INTEGER,
    ]);
    expect(row).toEqual({ bytes, json: { a: [1] }, number: Number.MAX_SAFE_INTEGER });
  });

  it("takes lists for any()", async () => {
    const sql = "select 'b' = any($1::text[]) as text, 3 = any($2::bigint[]) as number";
    expect(
      await db.query(sql, [
        ["a", "b"],
        [1, 2],
      ]),
    ).toEqual([{ text: true, number: false }]);
  });

  it("refuses an integer that is not a safe one, and goes on", async () => {
    const reading = db.query("select 9007199254740993::bigint as number");
    await expect(reading).rejects.toMatchObject({ code: "database-failed" });
    expect(await db.query("select 1 as number")).toEqual([{ number: 1 }]);
  });
});

describe("transactions", () => {
  it("make statements outside and other transactions wait", async () => {
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const first = db.transaction(async (tx) => {
      await tx.query(INSERT, ["wait 1", new Uint8Array()]);
      begun.resolve();
      await end.promise;
      await tx.query(INSERT, ["wait 2", new Uint8Array()]);
      order.push("first");
    });
    await begun.promise;
    const seen = count("wait").then((n) => order.push(`query ${n}`));
    const second = db.transaction(async () => void order.push("second"));
    end.resolve();
    await Promise.all([first, seen, second]);
    expect(order).toEqual(["first", "query 2", "second"]);
  });

  it("are rolled back whole by an error, which passes as it is", async () => {
    const defect = new TypeError("a defect of the work");
    const working = db.transaction(async (tx) => {
      await tx.query(INSERT, ["rolled back", new Uint8Array()]);
      throw defect;
    });
    await expect(working).rejects.toBe(defect);
    expect(await count("rolled back")).toBe(0);
  });

  it("are rolled back whole by a statement that the engine refuses", async () => {
    const working = db.transaction(async (tx) => {
      await tx.query(INSERT, ["half", new Uint8Array()]);
      await tx.query("insert into key_cards (digest) values ('half')");
    });
    await expect(working).rejects.toMatchObject({ code: "database-failed", meta: { sqlstate: "23502" } });
    expect(await count("half")).toBe(0);
  });
});

it("puts neither values nor SQL into its errors", async () => {
  const statements: readonly (readonly [string, readonly (string | null)[]])[] = [
    ["insert into key_cards (digest, bytes) values ($1, $2)", ["canary", null]],
    ["select $1::bigint", ["canary"]],
    ["select canary from canary", []],
    ["select '{\"canary'::jsonb", []],
  ];
  for (const [sql, values] of statements) {
    const error: unknown = await db.query(sql, values).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "database-failed" });
    expect(error).not.toHaveProperty("cause");
    const { message, stack, meta } = error as { message: string; stack: string; meta: unknown };
    expect(JSON.stringify([message, stack, meta])).not.toContain("canary");
  }
});

describe("migrate", () => {
  it("changes nothing the second time", async () => {
    await migrate(db);
    expect(await db.query("select version from schema_version")).toEqual([{ version: MIGRATIONS.length }]);
  });

  it("applies what is new, each migration whole or not at all", async () => {
    const [more, broken] = ["create table more (a int)", "create table half (a int); select nonsense"];
    await expect(migrate(db, [...MIGRATIONS, more, broken])).rejects.toMatchObject({
      code: "database-failed",
    });
    expect(await db.query("select version from schema_version")).toEqual([
      { version: MIGRATIONS.length + 1 },
    ]);
    expect(await db.query("select to_regclass('more') as more, to_regclass('half') as half")).toEqual([
      { more: "more", half: null },
    ]);
  });

  it("refuses a database of a newer program", async () => {
    await expect(migrate(db)).rejects.toMatchObject({
      code: "database-newer",
      meta: { database: MIGRATIONS.length + 1, program: MIGRATIONS.length },
    });
  });
});
