import { tableText } from "../run/report.ts";
import { profileTables } from "./profileTables.ts";

/** Prints the tables of a folder of CPU profiles again: `node bench/profile/main.ts <folder>`. */
for (const table of await profileTables(process.argv[2] ?? "profile"))
  process.stdout.write(`${tableText(table)}\n`);
