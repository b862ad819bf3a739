import { join } from "node:path";
import { isSetUp } from "../audit/environment.ts";
import { type Counts, ONE_FAILED, ONE_PASSED, ONE_SKIPPED } from "../test/counts.ts";
import { CONTRACTS, PROGRAMS } from "../test/paths.ts";
import { runNpmScript, runProgram } from "../test/runProgram.ts";
import type { Stage } from "../test/runStages.ts";

/** Each counts as one test: it passes when at least nine of ten changes are noticed. */
const floor = async (running: Promise<{ readonly code: number }>): Promise<Counts> =>
  (await running).code === 0 ? ONE_PASSED : ONE_FAILED;

/** What decides, changed in small ways, one at a time: do the tests notice? An hour and a half in all, on two cores. */
export const MUTATION_STAGES: readonly Stage[] = [
  {
    name: "mutated-decision",
    title: "Changes of the decision that its tests notice",
    run: () => floor(runProgram(PROGRAMS.stryker, ["run", join("scripts", "mutation", "stryker.json")])),
  },
  {
    name: "mutated-contracts",
    title: "Changes of the contracts that their tests notice",
    run: async () => {
      if (isSetUp()) return floor(runNpmScript("mutate", [], { cwd: CONTRACTS }));
      console.log(
        "\nThe audit's programs are not installed: THE CONTRACTS ARE NOT CHANGED. `npm run setup:audit` brings them.\n",
      );
      return ONE_SKIPPED;
    },
  },
];
