import { existsSync } from "node:fs";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Random } from "@anamnesis/core/ports/runtime";
import type { NodeConfig } from "../config.ts";
import type { Database } from "@anamnesis/core/ports/database";
import { openPglite } from "./pgliteDatabase.ts";
import { openPostgres } from "./postgresDatabase.ts";

/**
 * The database of a node: on the server that `databaseUrl` names, else the embedded one in the data folder, which a node in
 * production refuses, since a loss of power can damage it.
 *
 * @param folder of the embedded one.
 * Throws `database-not-durable`, `database-elsewhere`, and what the engines throw: `database-locked` or `data-dir-locked`,
 * `database-unavailable`, `database-failed`, `storage-…`.
 */
export async function openDatabase(
  { databaseUrl, mode }: Pick<NodeConfig, "databaseUrl" | "mode">,
  folder: string,
  random: Random,
): Promise<Database> {
  if (databaseUrl === null) {
    if (mode === "production") throw notDurable();
    return openPglite(folder);
  }
  if (existsSync(folder)) throw elsewhere();
  return openPostgres(databaseUrl, random);
}

function notDurable(): AnamnesisError<"database-not-durable"> {
  return new AnamnesisError({
    code: "database-not-durable",
    rule: "In production a node keeps its state where a loss of power takes nothing that was acknowledged.",
    fix: 'Name a PostgreSQL database in DATABASE_URL. For trials alone: "mode": "development" in the configuration.',
  });
}

/** Revocations and grants that only the other database holds would be gone without a word. */
function elsewhere(): AnamnesisError<"database-elsewhere"> {
  return new AnamnesisError({
    code: "database-elsewhere",
    rule: "A node has its state in one database.",
    fix: "This data folder has an embedded database: start without DATABASE_URL, or with a data folder that has none.",
  });
}
