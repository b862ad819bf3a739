import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { TestProject } from "vitest/node";
import { findPostgres } from "../../database/testing/postgresProgram.ts";
import { PostgresServer } from "../../database/testing/postgresServer.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the server of this test run, by one of its databases; there for the files of the project `postgres`. */
    readonly postgres: string;
  }
}

/** A file system in memory, where a sync costs nothing; what it would lose without power are databases of tests. */
const MEMORY = "/dev/shm";
/** Bytes that have to be free there. */
const ENOUGH = 1 << 30;

/** One server for all test files that run on PostgreSQL. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const program = findPostgres();
  if (program === null) return async () => undefined;
  const server = await PostgresServer.start(program, await fastFolder());
  project.provide("postgres", server.url("postgres"));
  return () => server.stop();
}

async function fastFolder(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => null);
  return memory !== null && memory.bavail * memory.bsize >= ENOUGH ? MEMORY : tmpdir();
}
