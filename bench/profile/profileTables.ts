import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Table } from "../run/report.ts";
import type { StatementCost } from "./countStatements.ts";
import { type Cost, readProfile, summarise } from "./summarise.ts";

const ENDING = ".cpuprofile";
/** Rows of each table. */
const TOP = 18;

/** Three tables for each profile in the folder: functions, packages, and the project's files that caused the work. */
export async function profileTables(folder: string): Promise<readonly Table[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).toSorted();
  const tables: Table[] = [];
  for (const name of names) {
    const { functions, packages, callers, busyMs, totalMs } = summarise(
      await readProfile(join(folder, name)),
    );
    const which = name.slice(0, -ENDING.length);
    const add = (what: string, costs: readonly Cost[]): void =>
      void tables.push({
        bench: "profile",
        title: `${which}: ${what} (busy ${Math.round(busyMs)} of ${Math.round(totalMs)} ms)`,
        rows: costs
          .slice(0, TOP)
          .map(({ name: of, ms, percent }) => ({ "%": percent, ms: Math.round(ms), [what]: of })),
      });
    add("packages", packages);
    add("callers", callers);
    add("functions", functions);
    const statements = await readStatements(join(folder, `${which}.statements.json`));
    if (statements.length > 0) tables.push(statementTable(which, statements));
  }
  return tables;
}

async function readStatements(path: string): Promise<readonly StatementCost[]> {
  const text = await readFile(path, "utf8").catch(() => "[]");
  return JSON.parse(text) as readonly StatementCost[];
}

function statementTable(which: string, statements: readonly StatementCost[]): Table {
  const total = statements.reduce((sum, { ms }) => sum + ms, 0);
  const count = statements.reduce((sum, statement) => sum + statement.count, 0);
  return {
    bench: "profile",
    title: `${which}: statements (${Math.round(total)} ms in the engine, ${count} statements)`,
    rows: statements.slice(0, TOP).map((statement) => ({
      "%": (100 * statement.ms) / total,
      ms: Math.round(statement.ms),
      count: statement.count,
      "ms each": statement.ms / statement.count,
      sql: statement.sql.slice(0, 110),
    })),
  };
}
