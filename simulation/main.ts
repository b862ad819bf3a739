import { parseArgs } from "node:util";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { PLANTED_BUGS, type PlantedBug } from "./plantedBugs.ts";
import { runSeeds, writeHistogram } from "./runSeeds.ts";
import { simulate } from "./simulate.ts";
import { makeTemplate } from "./template.ts";

/** One seed with its trace, with a planted bug if one is named, or many seeds with their histogram. */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    bug: { type: "string" },
  },
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const [seed, count] = [Number(values.seed), Number(values.seeds)];
const planted = values.bug === undefined ? null : (PLANTED_BUGS[values.bug as PlantedBug] ?? null);
if (
  !Number.isSafeInteger(seed) ||
  !Number.isSafeInteger(count) ||
  count < 1 ||
  (values.bug !== undefined && planted === null)
) {
  print(
    `--seed N [--trace] [--bug NAME] or --seed N --seeds COUNT; bugs: ${Object.keys(PLANTED_BUGS).join(", ")}`,
  );
  process.exit(2);
}
useFastestBackend(process.env);
const template = await makeTemplate();
const begin = performance.now();
const used = process.cpuUsage();
if (count === 1) {
  const { trace, violations, steps, digest } = await simulate(template, seed, planted);
  if (values.trace) print(trace.join("\n"));
  print([`seed ${seed}: ${steps} steps, trace ${digest}`, ...violations].join("\n"));
  process.exitCode = violations.length > 0 ? 1 : 0;
} else {
  const { failed, counts, steps } = await runSeeds(template, seed, count);
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(used);
  print([writeHistogram(counts), ...failed].join("\n"));
  print(
    `${count} seeds, ${failed.length} failed, ${steps} steps, ${(count / seconds).toFixed(1)} seeds/s, ` +
      `${((user + system) / 1000 / count).toFixed(0)} ms of processor a seed`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}
await template.engine.close();
