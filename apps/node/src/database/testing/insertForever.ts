import process from "node:process";
import { migrate } from "../migrate.ts";
import { openPglite } from "../pgliteDatabase.ts";

/** Inserts rows until it is killed and prints the number of each one that the database has acknowledged. */
const [, , folder = ""] = process.argv;
const db = await openPglite(folder);
await migrate(db);
for (let number = 0; ; number++) {
  await db.query("insert into key_cards (digest, bytes) values ($1, $2)", [
    `row ${number}`,
    new Uint8Array(100),
  ]);
  process.stdout.write(`${number}\n`);
}
