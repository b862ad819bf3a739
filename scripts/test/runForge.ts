import { atLeastOneFailure, lastLine, ONE_FAILED, type Counts } from "./counts.ts";
import { countForge, type ForgeReport } from "./countForge.ts";
import { CONTRACTS } from "./paths.ts";
import { runNpmScript } from "./runProgram.ts";

/** Runs the contracts' tests and resolves to their counts, taken from forge's JSON. */
export function runForge(): Promise<Counts> {
  return counted([], {});
}

/**
 * Runs the properties of the contracts that are tested with generated inputs.
 * @param runs inputs for each; `npm test` takes as many as `contracts/foundry.toml` says.
 */
export function runForgeFuzz(runs: number): Promise<Counts> {
  return counted(["--match-test", "testFuzz_"], { FOUNDRY_FUZZ_RUNS: runs.toString() });
}

async function counted(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Counts> {
  const options = { capture: true, cwd: CONTRACTS, env };
  const { code, output } = await runNpmScript("test", [...args, "--json"], options);
  const report = parse(output);
  if (report === null) {
    process.stdout.write(output);
    console.log("forge gave no report: the contracts do not compile, or forge could not run.");
    return ONE_FAILED;
  }
  const { counts, failures } = countForge(report);
  for (const failure of failures) console.log(`  failed: ${failure}`);
  console.log(`  ${Object.keys(report).length} suites: ${lastLine(counts)}`);
  return atLeastOneFailure(counts, code);
}

function parse(output: string): ForgeReport | null {
  try {
    return JSON.parse(output) as ForgeReport;
  } catch {
    return null;
  }
}
