import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { atLeastOneFailure, type Counts, sum } from "../test/counts.ts";
import { CONTRACTS } from "../test/paths.ts";
import { runPython } from "./runPython.ts";

/** Two cores are busy alike. */
const HALVES = ["(Consents|Records|Committees)Symbolic", "(Owners|Receipts|Directory)Symbolic"];
const BOUNDS = ["--loop", "2", "--default-array-lengths", "1", "--default-bytes-lengths", "0,65"];
/** Which branches are possible is found out with time enough on a busy machine too: else there are more paths. */
const SOLVER = ["--solver-timeout-branching", "100ms"];

/** What is read of halmos's report: tests by file and contract; 0 for one that was proven. */
interface Report {
  readonly test_results: Readonly<
    Record<string, readonly { readonly name: string; readonly exitcode: number }[]>
  >;
}

/**
 * Proves the properties in contracts/test/symbolic and resolves to their counts. The bounds stand in docs/contracts.md: lists
 * of one item, signatures of 0 or 65 bytes, two turns of a loop whose end is not known.
 */
export async function runHalmos(): Promise<Counts> {
  return sum(await Promise.all(HALVES.map(prove)));
}

async function prove(contracts: string, half: number): Promise<Counts> {
  const work = join("halmos", half.toString());
  const report = join(CONTRACTS, "cache", work, "report.json");
  await rm(report, { force: true });
  await mkdir(join(CONTRACTS, "cache", work), { recursive: true });
  const output = ["--no-status", "--forge-build-out", join("cache", work, "out"), "--json-output", report];
  const args = [
    join("audit", "run_halmos.py"),
    "--match-contract",
    contracts,
    ...BOUNDS,
    ...SOLVER,
    ...output,
  ];
  const { code } = await runPython("python", args, work, { FOUNDRY_TEST: join("test", "symbolic") });
  return atLeastOneFailure(counted(await readFile(report, "utf8").catch(() => '{"test_results":{}}')), code);
}

/** No test at all is a failure too: then nothing was proven. */
function counted(text: string): Counts {
  const tests = Object.values((JSON.parse(text) as Report).test_results).flat();
  const passed = tests.filter(({ exitcode }) => exitcode === 0).length;
  return { passed, failed: tests.length === 0 ? 1 : tests.length - passed, skipped: 0 };
}
