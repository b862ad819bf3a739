// `npm run test:system`, `test:geth` and `test:deep`: the tests of one tier (vitest.config.ts), and with system and deep the contracts'
// properties with more inputs than `npm test` gives them; the deep tier changes what decides, too, and looks whether the tests notice.
// Same last line as `npm test`.
import { MUTATION_STAGES } from "./mutation/mutationStages.ts";
import { lastLine } from "./test/counts.ts";
import { runForgeFuzz } from "./test/runForge.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";
import { findGeth } from "../packages/ledger/src/evm/geth/gethProgram.ts";

const TIERS = {
  system: {
    title: "System tests: other engines, the simulation, faults (*.system.test.ts)",
    fuzzRuns: 10_000,
  },
  geth: { title: "Tests on a network of several geth signers (*.geth.test.ts)", fuzzRuns: null },
  deep: { title: "Deep tests (*.deep.test.ts)", fuzzRuns: 100_000 },
};

function stagesOf(tier) {
  const { title, fuzzRuns } = TIERS[tier];
  // What an engine cannot be made to do is skipped with a reason, which the verbose reporter shows.
  const shown = tier === "geth" ? "verbose" : "default";
  const run = (given) => runVitest(["--passWithNoTests", ...given], { ANAMNESIS_TIER: tier }, shown);
  const tests = { name: tier, title, run };
  if (fuzzRuns === null) return [tests];
  const contracts = {
    name: "contracts",
    title: `Contracts, ${fuzzRuns} inputs for each property`,
    run: () => runForgeFuzz(fuzzRuns),
  };
  return tier === "deep" ? [contracts, tests, ...MUTATION_STAGES] : [contracts, tests];
}

const [tier, ...paths] = process.argv.slice(2);
if (TIERS[tier] === undefined) {
  console.error(`Usage: test-tier.mjs ${Object.keys(TIERS).join("|")} [<path>...]`);
  process.exitCode = 2;
} else if (tier === "geth" && findGeth() === null) {
  console.log("\nThere is no geth on this machine: NO TEST RUNS ON A NETWORK OF SEVERAL NODES.");
  console.log("`npm run setup:geth` builds it (needs Go, takes minutes).\n");
  console.log(lastLine({ passed: 0, failed: 0, skipped: 1 }));
} else {
  // Paths name test files of Vitest.
  const stages = stagesOf(tier).filter(({ name }) => name === tier || paths.length === 0);
  const counts = await runStages(stages, paths);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
