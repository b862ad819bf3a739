import { join } from "node:path";
import type { Database } from "@anamnesis/core/ports/database";
import { migrate } from "@anamnesis/node/database/migrate";
import { openPglite } from "@anamnesis/node/database/pgliteDatabase";
import { openPostgres } from "@anamnesis/node/database/postgresDatabase";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { createTestDatabase, PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { systemRandom } from "@anamnesis/node/runtime/systemRandom";

/** A new database of one of both engines. */
export interface Engine {
  readonly name: string;
  readonly isEmbedded: boolean;
  /** With the node's schema, nothing in it. */
  readonly open: () => Promise<Database>;
}

/** Runs on the embedded database and, where this machine has one, on a PostgreSQL server with its settings as they come. */
export async function onDatabases(folder: string, run: (engine: Engine) => Promise<void>): Promise<void> {
  let count = 0;
  const next = (): string => join(folder, `database${count++}`, "rows");
  const opened = async (db: Database): Promise<Database> => {
    await migrate(db);
    return db;
  };
  await run({
    name: "the embedded database",
    isEmbedded: true,
    open: async () => opened(await openPglite(next())),
  });
  const program = findPostgres();
  if (program === null) return;
  const server = await PostgresServer.start(program);
  const database = (): Promise<string> => createTestDatabase(server.url("postgres"));
  try {
    await run({
      name: "a PostgreSQL server",
      isEmbedded: false,
      open: async () => opened(await openPostgres(await database(), systemRandom)),
    });
  } finally {
    await server.stop();
  }
}
