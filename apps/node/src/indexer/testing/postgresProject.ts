import type { TestProject } from "vitest/node";
import { findPostgres } from "../../database/testing/postgresProgram.ts";
import { PostgresServer } from "../../database/testing/postgresServer.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the server of this test run, by one of its databases; there for the files of the project `postgres`. */
    readonly postgres: string;
  }
}

/** One server for all test files that run on PostgreSQL. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const program = findPostgres();
  if (program === null) return async () => undefined;
  const server = await PostgresServer.start(program);
  project.provide("postgres", server.url("postgres"));
  return () => server.stop();
}
