// `npm test`: every check of the project that needs nothing but npm. The last line is `N passed, N failed`.
import { parseArgs } from "node:util";
import { lastLine } from "./test/counts.ts";
import { runStages } from "./test/runStages.ts";
import { stages } from "./test/stages.ts";

const NAMES = stages(false).map((stage) => stage.name);

const HELP = `Usage: npm test -- [--only <stage>]... [<path>...]

Runs these stages in order, the later ones also when an earlier one fails:
${stages(false)
  .map(({ name, title }) => `  ${name.padEnd(12)}${title}`)
  .join("\n")}

  --only <stage>   this stage alone; may be given several times
  <path>...        only test files whose path contains one of these, and no other stage, unless --only names some
  --coverage       measures coverage when all tests run
  --help           this text

The exit code is 0 when nothing failed, 1 when something did, 2 when
the arguments are wrong.`;

function parse() {
  try {
    const options = {
      only: { type: "string", multiple: true },
      coverage: { type: "boolean" },
      help: { type: "boolean" },
    };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const unknown = (values.only ?? []).find((name) => !NAMES.includes(name));
    if (unknown !== undefined)
      return { problem: `There is no stage "${unknown}": choose among ${NAMES.join(", ")}.` };
    return { ...values, paths: positionals };
  } catch (error) {
    return { problem: error.message };
  }
}

const { problem, help, only, coverage, paths } = parse();
if (problem !== undefined) {
  console.error(`${problem}\n\n${HELP}`);
  process.exitCode = 2;
} else if (help) {
  console.log(HELP);
} else {
  const chosen = only ?? (paths.length > 0 ? ["tests"] : NAMES);
  const counts = await runStages(
    stages(coverage === true).filter((stage) => chosen.includes(stage.name)),
    paths,
  );
  if (counts.failed > 0) process.exitCode = 1;
  console.log(lastLine(counts));
}
