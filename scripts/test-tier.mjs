// `npm run test:system` and `npm run test:deep`: the tests of one tier (vitest.config.ts), and the contracts' properties with
// more inputs than `npm test` gives them. Same last line as `npm test`.
import { lastLine } from "./test/counts.ts";
import { runForgeFuzz } from "./test/runForge.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";

const TIERS = {
  system: {
    title: "System tests: other engines, the simulation, faults (*.system.test.ts)",
    fuzzRuns: 10_000,
  },
  deep: { title: "Deep tests (*.deep.test.ts)", fuzzRuns: 100_000 },
};

function stagesOf(tier) {
  const { title, fuzzRuns } = TIERS[tier];
  const run = (given) => runVitest(["--passWithNoTests", ...given], { ANAMNESIS_TIER: tier });
  return [
    {
      name: "contracts",
      title: `Contracts, ${fuzzRuns} inputs for each property`,
      run: () => runForgeFuzz(fuzzRuns),
    },
    { name: tier, title, run },
  ];
}

const [tier, ...paths] = process.argv.slice(2);
if (TIERS[tier] === undefined) {
  console.error(`Usage: test-tier.mjs ${Object.keys(TIERS).join("|")} [<path>...]`);
  process.exitCode = 2;
} else {
  // Paths name test files of Vitest.
  const stages = stagesOf(tier).filter(({ name }) => name === tier || paths.length === 0);
  const counts = await runStages(stages, paths);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
