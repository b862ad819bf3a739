import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { codeOf } from "@anamnesis/testkit/storage/codeOf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createKeystore } from "../keystore/keystore.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { openDatabase } from "./openDatabase.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const NOBODY_LISTENS = "postgresql://anamnesis:canary-of-a-password@127.0.0.1:1/anamnesis";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "open-database-"));
});
afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

describe("openDatabase", () => {
  it("refuses the embedded database in production, and makes nothing", async () => {
    const config = { databaseUrl: null, mode: "production" } as const;
    expect(await codeOf(openDatabase(config, join(dataDir, "database"), systemRandom))).toBe(
      "database-not-durable",
    );
    expect(await readdir(dataDir)).toEqual([]);
  });

  it("opens the embedded one in development", async () => {
    const db = await openDatabase(
      { databaseUrl: null, mode: "development" },
      join(dataDir, "database"),
      systemRandom,
    );
    expect(await db.query("select 1::int as one")).toEqual([{ one: 1 }]);
    await db.close();
  }, 120_000);

  it("goes to the server that is named, in both modes", async () => {
    for (const mode of ["production", "development"] as const) {
      const opening = openDatabase(
        { databaseUrl: NOBODY_LISTENS, mode },
        join(dataDir, "database"),
        systemRandom,
      );
      expect(await codeOf(opening)).toBe("database-unavailable");
    }
  });

  it("refuses a server while an embedded database is in the data folder", async () => {
    await mkdir(join(dataDir, "database"));
    const opening = openDatabase(
      { databaseUrl: NOBODY_LISTENS, mode: "production" },
      join(dataDir, "database"),
      systemRandom,
    );
    expect(await codeOf(opening)).toBe("database-elsewhere");
  });
});

/** Starts the node's program with a configuration that says nothing of a mode, and waits for its end. */
async function runNode(environment: Readonly<Record<string, string>>): Promise<string> {
  const config = join(dataDir, "node.json");
  const address = `0x${"1".repeat(40)}`;
  const names = ["relay", "consortium", "directory", "consents", "records", "receipts", "owners"];
  const contracts = Object.fromEntries(names.map((name) => [name, address]));
  const ledger = { rpcUrl: "http://127.0.0.1:1", chainId: 31_337, contracts };
  await writeFile(config, JSON.stringify({ dataDir, ledger }));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ANAMNESIS_CONFIG: config, ANAMNESIS_PASSPHRASE: "correct horse", ...environment },
  });
  let shown = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (shown += chunk.toString("utf8")));
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  expect(exitCode).toBe(1);
  return shown;
}

describe("the node's program", () => {
  beforeEach(async () => {
    await createKeystore({
      path: join(dataDir, "keystore.age"),
      name: "north",
      passphrase: "correct horse",
      random: (length) => systemRandom.bytes(length),
      workFactor: 10,
    });
  });

  it("runs in production unless it is told otherwise, and so not on the embedded database", async () => {
    expect(await runNode({})).toContain("code: database-not-durable");
    expect(await readdir(dataDir)).toEqual(["keystore.age", "node.json"]);
  });

  it("shows nothing of DATABASE_URL when it cannot use it", async () => {
    for (const [url, code] of [
      [NOBODY_LISTENS, "database-unavailable"],
      ["mysql://anamnesis:canary-of-a-password@127.0.0.1/anamnesis", "bad-config"],
      ["postgresql://anamnesis:canary-of-a-password@127.0.0.1", "bad-config"],
    ] as const) {
      const shown = await runNode({ DATABASE_URL: url });
      expect(shown).toContain(`code: ${code}`);
      expect(shown).not.toContain("canary");
    }
  });
});
