import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Counts, ONE_FAILED, ONE_PASSED } from "../test/counts.ts";
import { COVERAGE, PROGRAMS } from "../test/paths.ts";
import { runProgram } from "../test/runProgram.ts";
import { type Change, untyped } from "./untyped.ts";

const CONFIGURATION = join("scripts", "mutation", "stryker.json");
/** As `jsonReporter` in the configuration has it. */
const REPORT = join(COVERAGE, "mutation", "decide.json");
const LEAST = 0.9;

/** What is read of a mutation-testing report (https://github.com/stryker-mutator/mutation-testing-elements). */
interface Report {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly mutatorName: string;
          readonly replacement: string;
          readonly status: string;
          readonly location: Readonly<
            Record<"start" | "end", { readonly line: number; readonly column: number }>
          >;
        }[];
      }
    >
  >;
}

/**
 * Changes the decision in small ways, one at a time, and counts what its tests notice (Stryker). What does not type-check is no change
 * that could be made, and does not count, as with the contracts. One test: passed when at least nine of ten are noticed.
 */
export async function mutateDecision(): Promise<Counts> {
  const { code } = await runProgram(PROGRAMS.stryker, ["run", CONFIGURATION]);
  if (code !== 0) return ONE_FAILED;
  const { files } = JSON.parse(await readFile(REPORT, "utf8")) as Report;
  let [noticed, unnoticed, invalid] = [0, 0, 0];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const left = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
    noticed += mutants.filter(({ status }) => status === "Killed" || status === "Timeout").length;
    const wrong = await untyped(file, source, left.map(changeOf));
    invalid += wrong.size;
    for (const [place, mutant] of left.entries()) {
      if (wrong.has(place)) continue;
      unnoticed++;
      const { line, column } = mutant.location.start;
      console.log(`not noticed: ${file}:${line}:${column} (${mutant.mutatorName}) ${mutant.replacement}`);
    }
  }
  const share = noticed / Math.max(1, noticed + unnoticed);
  console.log(
    `${noticed} of ${noticed + unnoticed} noticed, ${(100 * share).toFixed(1)} %; ${invalid} others do not type-check`,
  );
  return noticed > 0 && share >= LEAST ? ONE_PASSED : ONE_FAILED;
}

function changeOf({
  location: { start, end },
  replacement,
}: Report["files"][string]["mutants"][number]): Change {
  return {
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    replacement,
  };
}
