import { isSetUp } from "../audit/environment.ts";
import { ONE_FAILED, ONE_PASSED, ONE_SKIPPED } from "../test/counts.ts";
import { CONTRACTS } from "../test/paths.ts";
import { runNpmScript } from "../test/runProgram.ts";
import type { Stage } from "../test/runStages.ts";
import { mutateDecision } from "./mutateDecision.ts";

/**
 * What decides, changed in small ways, one at a time: do the tests notice? Each counts as one test, which passes when they notice at
 * least nine of ten changes. More than an hour in all on two cores, most of it for the contracts.
 */
export const MUTATION_STAGES: readonly Stage[] = [
  {
    name: "mutated-decision",
    title: "Changes of the decision that its tests notice",
    run: mutateDecision,
  },
  {
    name: "mutated-contracts",
    title: "Changes of the contracts that their tests notice",
    run: async () => {
      if (isSetUp()) {
        return (await runNpmScript("mutate", ["--minutes", "180"], { cwd: CONTRACTS })).code === 0
          ? ONE_PASSED
          : ONE_FAILED;
      }
      console.log(
        "\nThe audit's programs are not installed: THE CONTRACTS ARE NOT CHANGED. `npm run setup:audit` brings them.\n",
      );
      return ONE_SKIPPED;
    },
  },
];
