import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { AnamnesisError } from "@anamnesis/core/errors";
import pg from "pg";
import { freePort } from "../../testing/freePort.ts";
import { createDatabase } from "../createDatabase.ts";
import type { PostgresProgram } from "./postgresProgram.ts";

const USER = "anamnesis";
/** Of the superuser; also what no error and no log may show. */
export const PASSWORD = "canary-of-a-password";

/** A PostgreSQL server on 127.0.0.1 with its data in a temporary folder. */
export class PostgresServer {
  readonly #program: PostgresProgram;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | null = null;

  private constructor(program: PostgresProgram, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.#port = port;
    // A test run that ends without `stop` leaves nothing behind.
    process.once("exit", () => {
      this.#process?.kill("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** @param around folder in which the server's own is made. */
  static async start(program: PostgresProgram, around = tmpdir()): Promise<PostgresServer> {
    const folder = await mkdtemp(join(around, "postgres-"));
    const { uid, gid } = program.as;
    if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
    const initdb = [
      "-D",
      join(folder, "data"),
      "-U",
      USER,
      "-E",
      "UTF8",
      "--locale=C",
      "--no-sync",
      "-A",
      "trust",
    ];
    const making = spawn(program.initdb, initdb, { ...program.as, stdio: "ignore", cwd: folder });
    const [code] = (await once(making, "exit")) as [number | null];
    if (code !== 0) throw notStarted();
    const server = new PostgresServer(program, folder, await freePort());
    await server.begin();
    return server;
  }

  /** @param settings `name=value` beside those of every test server. */
  async begin(settings: readonly string[] = []): Promise<void> {
    const all = ["max_connections=200", "shared_buffers=32MB", "fsync=on", ...settings];
    const child = spawn(
      this.#program.postgres,
      // No socket file: its path could be too long.
      ["-D", join(this.#folder, "data"), "-h", "127.0.0.1", "-p", String(this.#port), "-k", ""].concat(
        all.flatMap((setting) => ["-c", setting]),
      ),
      { ...this.#program.as, stdio: ["ignore", "ignore", "pipe"], cwd: this.#folder },
    );
    this.#process = child;
    const lines = createInterface({ input: child.stderr });
    for await (const line of lines) {
      if (!line.includes("ready to accept connections")) continue;
      // What else it logs must not fill the pipe.
      child.stderr.resume();
      return;
    }
    throw notStarted();
  }

  /** SIGQUIT ends it as a crash does: without a checkpoint, connections cut. */
  async end(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  async stop(): Promise<void> {
    await this.end("SIGQUIT");
    await rm(this.#folder, { recursive: true, force: true });
  }

  url(database: string): string {
    return `postgresql://${USER}:${PASSWORD}@127.0.0.1:${this.#port}/${database}`;
  }

  createDatabase(): Promise<string> {
    return createTestDatabase(this.url("postgres"));
  }

  async administrate(sql: string): Promise<readonly Record<string, unknown>[]> {
    return administrate(this.url("postgres"), sql);
  }
}

let databases = 0;

/** Makes an empty database on the server of another one, and gives its URL. */
export function createTestDatabase(url: string): Promise<string> {
  return createDatabase(url, `test_${process.pid}_${databases++}`);
}

/** Runs one statement on a connection of its own, past every node. */
export async function administrate(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function notStarted(): AnamnesisError<"test-server-not-started"> {
  return new AnamnesisError({
    code: "test-server-not-started",
    rule: "The tests' PostgreSQL server starts.",
    fix: "Look at free memory and disk, and whether its user may read the folder of the dependencies.",
  });
}
