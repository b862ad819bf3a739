import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { coverageByFolder, coverageTable, type CoverageReport } from "./coverageByFolder.ts";
import { COVERAGE, ROOT } from "./paths.ts";

/** Prints what the run before left in coverage/, by folder. Says so when there is nothing. */
export async function printCoverage(): Promise<void> {
  const text = await readFile(join(COVERAGE, "coverage-summary.json"), "utf8").catch(() => null);
  if (text === null) console.log("  no coverage was measured");
  else console.log(`\n${coverageTable(coverageByFolder(JSON.parse(text) as CoverageReport, ROOT))}`);
}
