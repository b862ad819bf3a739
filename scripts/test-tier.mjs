// `npm run test:system` and `npm run test:deep`: the tests of one tier (vitest.config.ts), and the contracts' properties with
// more inputs than `npm test` gives them; the deep tier changes what decides, too, and counts what the tests notice. Same last
// line as `npm test`.
import { join } from "node:path";
import { lastLine, NOTHING, ONE_FAILED } from "./test/counts.ts";
import { CONTRACTS, PROGRAMS } from "./test/paths.ts";
import { runForgeFuzz } from "./test/runForge.ts";
import { runNpmScript, runProgram } from "./test/runProgram.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";

const check = async (running) => ((await running).code === 0 ? NOTHING : ONE_FAILED);

const fuzz = (runs) => ({
  name: "contracts",
  title: `Contracts, ${runs} inputs for each property`,
  run: () => runForgeFuzz(runs),
});

const vitest = (tier, title) => ({
  name: tier,
  title,
  run: (paths) => runVitest(["--passWithNoTests", ...paths], { ANAMNESIS_TIER: tier }),
});

/** At most an hour; `npm run setup:audit` has to have been run. */
const mutatedContracts = {
  name: "mutated-contracts",
  title: "Changes of the contracts that the tests notice",
  run: () => check(runNpmScript("mutate", [], { cwd: CONTRACTS })),
};
const mutatedDecision = {
  name: "mutated-decision",
  title: "Changes of the decision that the tests notice",
  run: () => check(runProgram(PROGRAMS.stryker, ["run", join("scripts", "mutation", "stryker.json")])),
};

const TIERS = {
  system: [
    fuzz(10_000),
    vitest("system", "System tests: other engines, the simulation, faults (*.system.test.ts)"),
  ],
  deep: [fuzz(100_000), mutatedDecision, mutatedContracts, vitest("deep", "Deep tests (*.deep.test.ts)")],
};

const [tier, ...paths] = process.argv.slice(2);
if (TIERS[tier] === undefined) {
  console.error(`Usage: test-tier.mjs ${Object.keys(TIERS).join("|")} [<path>...]`);
  process.exitCode = 2;
} else {
  // Paths name test files of Vitest.
  const stages = TIERS[tier].filter(({ name }) => name === tier || paths.length === 0);
  const counts = await runStages(stages, paths);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
