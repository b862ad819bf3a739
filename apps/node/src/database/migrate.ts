import { AnamnesisError } from "@anamnesis/core/errors";
import type { Database } from "@anamnesis/core/ports/database";
import { MIGRATIONS } from "./migrations.ts";

/**
 * Brings the schema up to date, each migration in a transaction of its own. Returns the version that was there before, 0 for a
 * new database. Throws `database-newer`.
 */
export async function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): Promise<number> {
  await db.query("create table if not exists schema_version (version int not null)");
  const rows = await db.query<{ version: number }>("select version from schema_version");
  const applied = rows[0]?.version ?? 0;
  if (applied > migrations.length) {
    throw new AnamnesisError({
      code: "database-newer",
      rule: "A program works with databases of its own or an earlier version.",
      fix: "Start the newer program again, or restore the backup made before the upgrade.",
      meta: { database: applied, program: migrations.length },
    });
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < applied) continue;
    await db.transaction(async (tx) => {
      for (const statement of statementsOf(migration)) await tx.query(statement);
      await tx.query("delete from schema_version");
      await tx.query("insert into schema_version (version) values ($1)", [index + 1]);
    });
  }
  return applied;
}

/** A function's body as one piece. */
const STATEMENT = /(?:\$body\$[^]*?\$body\$|[^;])+/g;

/** The prepared-statement protocol takes one statement at a time. Migrations hold no semicolons but those between statements, and in a function's body between `$body$`. */
function statementsOf(migration: string): readonly string[] {
  return (migration.replaceAll(/--.*$/gm, "").match(STATEMENT) ?? [])
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
