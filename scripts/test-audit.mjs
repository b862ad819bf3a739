// `npm run test:audit`: Slither, halmos and the coverage of the contracts. Same last line as `npm test`.
import { isSetUp } from "./audit/environment.ts";
import { runHalmos } from "./audit/runHalmos.ts";
import { runSlither } from "./audit/runSlither.ts";
import { lastLine, NOTHING, ONE_FAILED } from "./test/counts.ts";
import { CONTRACTS } from "./test/paths.ts";
import { runNpmScript } from "./test/runProgram.ts";
import { runStages } from "./test/runStages.ts";

const STAGES = [
  { name: "slither", title: "Slither: no finding of high or medium impact", run: runSlither },
  { name: "symbolic", title: "halmos: proofs of what every call keeps", run: runHalmos },
  {
    name: "coverage",
    title: "Coverage of the contracts",
    run: async () =>
      (await runNpmScript("coverage", [], { cwd: CONTRACTS })).code === 0 ? NOTHING : ONE_FAILED,
  },
];

if (!isSetUp()) {
  console.error("The audit's programs are not installed, or others than required: run npm run setup:audit.");
  process.exitCode = 1;
} else {
  const counts = await runStages(STAGES, []);
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
