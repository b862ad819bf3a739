import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeConfig } from "./config.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { openDatabase } from "./database/openDatabase.ts";
import { MIGRATIONS } from "./database/migrations.ts";
import { NODE_FILES } from "./nodeFiles.ts";
import { systemRandom } from "./runtime/systemRandom.ts";

export interface StoppedNode {
  readonly db: Database;
  /** Number of migrations that its database has seen. */
  readonly schema: number;
  close(): Promise<void>;
}

/**
 * A node's database for who works on the node while it does not run: with its lock, and as it is, without a migration. Makes nothing
 * where no node is. Throws `keystore-missing`, `database-missing`, `data-dir-locked`, `database-locked`, `database-newer`, `database-…`.
 */
export async function openStopped(config: NodeConfig): Promise<StoppedNode> {
  if (!(await isThere(join(config.dataDir, NODE_FILES.keystore)))) {
    throw new AnamnesisError({
      code: "keystore-missing",
      rule: "A node has its keys in a keystore file.",
      fix: "Check the configuration's dataDir: there is no node in it.",
    });
  }
  const folder = join(config.dataDir, NODE_FILES.database);
  // Opening would make one.
  if (config.databaseUrl === null && !(await isThere(folder))) throw databaseMissing();
  const db = await openDatabase(config, folder, systemRandom);
  try {
    return { db, schema: await schemaOf(db), close: () => db.close() };
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function schemaOf(db: Database): Promise<number> {
  const tables = await db.query(
    "select 1 as one from pg_tables where schemaname = current_schema() and tablename = 'schema_version'",
  );
  const rows =
    tables.length === 0 ? [] : await db.query<{ version: number }>("select version from schema_version");
  const schema = rows[0]?.version;
  if (schema === undefined) throw databaseMissing();
  if (schema <= MIGRATIONS.length) return schema;
  throw new AnamnesisError({
    code: "database-newer",
    rule: "A program works with databases of its own or an earlier version.",
    fix: "Use the newer program.",
    meta: { database: schema, program: MIGRATIONS.length },
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function databaseMissing(): AnamnesisError<"database-missing"> {
  return new AnamnesisError({
    code: "database-missing",
    rule: "A node that ran once has a database.",
    fix: "Check the configuration; a node that never ran has nothing but its keystore to keep.",
  });
}
