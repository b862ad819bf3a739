import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { PASSWORD, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandProcess, factsOf, readReport, stopAll } from "./runDemo.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;

const program = findPostgres();

describe.skipIf(program === null)("the journey on a PostgreSQL server", () => {
  let folder = "";
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "journey-postgres-"));
    if (program !== null) server = await PostgresServer.start(program);
  });
  afterAll(async () => {
    await stopAll();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    "plays with a database for each node, shows no password, and leaves no database behind",
    async () => {
      if (server === null) return expect.unreachable();
      const report = join(folder, "once.json");
      const url = await server.createDatabase();
      const before = await server.administrate("select datname from pg_database order by datname");
      const demo = new CommandProcess(["demo", "--once", "--json", report], { DATABASE_URL: url });
      const { exitCode, output } = await demo.finished;
      expect(output).not.toContain("error:");
      expect(output).not.toContain(PASSWORD);
      expect(exitCode).toBe(0);
      const read = await readReport(report);
      expect(read.ok).toBe(true);
      expect(factsOf(read, "4 ")["opened"]).toBe(factsOf(read, "2 ")["sealed"]);
      expect(factsOf(read, "7 ")).toMatchObject({ openedWithOneDown: 1 });
      expect(factsOf(read, "10 ")["readyNodes"]).toBe(3);
      expect(await server.administrate("select datname from pg_database order by datname")).toEqual(before);
    },
    LONG,
  );
});
