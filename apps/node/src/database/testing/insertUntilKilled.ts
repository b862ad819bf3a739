import process from "node:process";
import { hasCode } from "@anamnesis/core/errors";
import { systemRandom } from "../../runtime/systemRandom.ts";
import { openPglite } from "../pgliteDatabase.ts";
import { openPostgres } from "../postgresDatabase.ts";

/**
 * A process of its own for tests of durability: inserts rows and transactions into the database whose folder or URL its argument
 * is, and prints `row <n>` or `transaction <n>` when one was acknowledged, until it is killed.
 */
const [, , where = ""] = process.argv;

try {
  const db = where.startsWith("postgresql:")
    ? await openPostgres(where, systemRandom)
    : await openPglite(where);
  await db.query("create table written (n bigint not null, part int)");
  for (let n = 0; ; n++) {
    if (n % 10 === 9) {
      await db.transaction(async (tx) => {
        for (const part of [0, 1, 2]) await tx.query("insert into written values ($1, $2)", [n, part]);
      });
      process.stdout.write(`transaction ${n}\n`);
    } else {
      await db.query("insert into written values ($1, null)", [n]);
      process.stdout.write(`row ${n}\n`);
    }
  }
} catch (error) {
  if (!hasCode(error, "data-dir-locked") && !hasCode(error, "database-locked")) throw error;
  process.stdout.write(`refused ${error.code}\n`);
}
