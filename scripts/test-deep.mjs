// `npm run test:deep`: the long tests, by hand. Same last line as `npm test`.
import { lastLine } from "./test/counts.ts";
import { runStages } from "./test/runStages.ts";
import { runVitest } from "./test/runVitest.ts";

const DEEP_STAGES = [
  {
    name: "tests",
    title: "Deep tests (*.deep.test.ts)",
    run: (paths) => runVitest(["--passWithNoTests", ...paths], { ANAMNESIS_DEEP: "1" }),
  },
];

const counts = await runStages(DEEP_STAGES, process.argv.slice(2));
if (counts.failed > 0) process.exitCode = 1;
console.log(lastLine(counts));
