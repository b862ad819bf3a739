// `npm run test:system` and `npm run test:deep`: the tests of one tier (vitest.config.ts). Same last line as `npm test`.
import { lastLine } from "./test/counts.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";

const TITLES = {
  system: "System tests: other engines, the simulation, faults (*.system.test.ts)",
  deep: "Deep tests (*.deep.test.ts)",
};

const [tier, ...paths] = process.argv.slice(2);
const title = TITLES[tier];
if (title === undefined) {
  console.error(`Usage: test-tier.mjs ${Object.keys(TITLES).join("|")} [<path>...]`);
  process.exitCode = 2;
} else {
  const run = (given) => runVitest(["--passWithNoTests", ...given], { ANAMNESIS_TIER: tier });
  const counts = await runStages([{ name: tier, title, run }], paths);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
