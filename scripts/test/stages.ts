import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { NOTHING, ONE_FAILED, type Counts } from "./counts.ts";
import { CONTRACTS, COVERAGE, PROGRAMS } from "./paths.ts";
import { printCoverage } from "./printCoverage.ts";
import { runForge } from "./runForge.ts";
import { runNpmScript, runProgram } from "./runProgram.ts";
import type { Stage } from "./runStages.ts";
import { runVitest } from "./runVitest.ts";

/** A stage without tests of its own: nothing passed if it succeeds, one failed if not. */
const check = async (running: Promise<{ readonly code: number }>): Promise<Counts> =>
  (await running).code === 0 ? NOTHING : ONE_FAILED;

async function contractsHave(script: string): Promise<boolean> {
  const text = await readFile(join(CONTRACTS, "package.json"), "utf8");
  return (JSON.parse(text) as { scripts?: Record<string, string> }).scripts?.[script] !== undefined;
}

/**
 * In the order in which they run: what is quick and often wrong comes first. Each `run` resolves to counts.
 * @param coverage measured when all tests run; they take a quarter longer then.
 */
export const stages = (coverage: boolean): readonly Stage[] => [
  {
    name: "format",
    title: "Formatting",
    run: () => check(runProgram(PROGRAMS.prettier, ["--check", "--log-level=warn", "."])),
  },
  {
    name: "lint",
    title: "Lint and import boundaries",
    run: () => check(runProgram(PROGRAMS.oxlint, ["--type-aware", "--deny-warnings"])),
  },
  {
    name: "types",
    title: "Types",
    run: () => check(runProgram(PROGRAMS.tsc, ["--noEmit"])),
  },
  {
    name: "portal-types",
    title: "Types of the pages, which run in browsers",
    run: () => check(runProgram(PROGRAMS.tsc, ["--noEmit", "-p", "apps/portal"])),
  },
  {
    name: "contracts",
    title: "Contracts",
    applies: () => contractsHave("test"),
    run: runForge,
  },
  {
    // After the contracts: it takes what their tests have compiled.
    name: "generated",
    title: "Generated files are those of their sources",
    applies: () => contractsHave("check"),
    run: () => check(runNpmScript("check", [], { cwd: CONTRACTS })),
  },
  {
    name: "tests",
    title: "Tests",
    run: async (paths) => {
      if (paths.length > 0 || !coverage) return runVitest(paths);
      await rm(COVERAGE, { recursive: true, force: true });
      const counts = await runVitest(["--coverage"]);
      await printCoverage();
      return counts;
    },
  },
];
