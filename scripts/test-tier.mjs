// `npm run test:system`, `test:geth` and `test:deep`: the tests of one tier (vitest.config.ts). Same last line as `npm test`.
import { lastLine } from "./test/counts.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";
import { findGeth } from "../packages/ledger/src/evm/geth/gethProgram.ts";

const TITLES = {
  system: "System tests: other engines, the simulation, faults (*.system.test.ts)",
  geth: "Tests on a network of several geth signers (*.geth.test.ts)",
  deep: "Deep tests (*.deep.test.ts)",
};

const [tier, ...paths] = process.argv.slice(2);
const title = TITLES[tier];
if (title === undefined) {
  console.error(`Usage: test-tier.mjs ${Object.keys(TITLES).join("|")} [<path>...]`);
  process.exitCode = 2;
} else if (tier === "geth" && findGeth() === null) {
  console.log("\nThere is no geth on this machine: NO TEST RUNS ON A NETWORK OF SEVERAL NODES.");
  console.log("`npm run setup:geth` builds it (needs Go, takes minutes).\n");
  console.log(lastLine({ passed: 0, failed: 0, skipped: 1 }));
} else {
  // What an engine cannot be made to do is skipped with a reason, which the verbose reporter shows.
  const shown = tier === "geth" ? "verbose" : "default";
  const run = (given) => runVitest(["--passWithNoTests", ...given], { ANAMNESIS_TIER: tier }, shown);
  const counts = await runStages([{ name: tier, title, run }], paths);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
