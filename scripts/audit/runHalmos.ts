import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { atLeastOneFailure, type Counts } from "../test/counts.ts";
import { CONTRACTS } from "../test/paths.ts";
import { runPython } from "./runPython.ts";

const WORK = join(CONTRACTS, "cache", "halmos");
const REPORT = join(WORK, "report.json");

/** What is read of halmos's report: tests by file and contract; 0 for one that was proven. */
interface Report {
  readonly test_results: Readonly<
    Record<string, readonly { readonly name: string; readonly exitcode: number }[]>
  >;
}

/**
 * Proves the properties in contracts/test/symbolic and resolves to their counts. The bounds stand in docs/contracts.md: lists
 * of one item, signatures of 0 or 65 bytes, three turns of a loop whose end is not known.
 */
export async function runHalmos(): Promise<Counts> {
  await rm(REPORT, { force: true });
  await mkdir(WORK, { recursive: true });
  const bounds = ["--loop", "3", "--default-array-lengths", "1", "--default-bytes-lengths", "0,65"];
  const output = [
    "--no-status",
    "--forge-build-out",
    join("cache", "halmos", "out"),
    "--json-output",
    REPORT,
  ];
  const { code } = await runPython(
    "python",
    [join("audit", "run_halmos.py"), ...bounds, ...output],
    "halmos",
    {
      FOUNDRY_TEST: join("test", "symbolic"),
    },
  );
  return atLeastOneFailure(counted(await reportText()), code);
}

const reportText = (): Promise<string> => readFile(REPORT, "utf8").catch(() => '{"test_results":{}}');

/** No test at all is a failure too: then nothing was proven. */
function counted(text: string): Counts {
  const tests = Object.values((JSON.parse(text) as Report).test_results).flat();
  const passed = tests.filter(({ exitcode }) => exitcode === 0).length;
  return { passed, failed: tests.length === 0 ? 1 : tests.length - passed, skipped: 0 };
}
