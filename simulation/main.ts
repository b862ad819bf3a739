import { hasCode } from "@anamnesis/core/errors";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { PLANTED_BUGS } from "./plantedBugs.ts";
import { runSeeds, writeHistogram } from "./runSeeds.ts";
import { simulate } from "./simulate.ts";
import { makeTemplate } from "./template.ts";

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** One seed with its trace, with a planted bug if one is named, or many seeds with their histogram. */
async function run({ seed, seeds, trace, bug }: Options): Promise<void> {
  useFastestBackend(process.env);
  const template = await makeTemplate();
  const begin = performance.now();
  const used = process.cpuUsage();
  if (seeds === 1) {
    const done = await simulate(template, seed, bug === null ? null : PLANTED_BUGS[bug]);
    if (trace) print(done.trace.join("\n"));
    print([`seed ${seed}: ${done.steps} steps, trace ${done.digest}`, ...done.violations].join("\n"));
    process.exitCode = done.violations.length > 0 ? 1 : 0;
  } else {
    const { failed, counts, steps } = await runSeeds(template, seed, seeds);
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(used);
    print([writeHistogram(counts), ...failed].join("\n"));
    print(
      `${seeds} seeds, ${failed.length} failed, ${steps} steps, ${(seeds / seconds).toFixed(1)} seeds/s, ` +
        `${((user + system) / 1000 / seeds).toFixed(0)} ms of processor a seed`,
    );
    process.exitCode = failed.length > 0 ? 1 : 0;
  }
  await template.engine.close();
}

/** `null` asks for the usage; `undefined`: something is wrong, and was said. */
function chosen(): Options | null | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    if (!hasCode(error, "bad-argument")) throw error;
    process.stderr.write(`error: ${String(error.meta["argument"])}: ${error.message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

const options = chosen();
if (options === null) process.stdout.write(USAGE);
else if (options !== undefined) await run(options);
