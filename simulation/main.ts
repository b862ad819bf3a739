import { parseArgs } from "node:util";
import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { PLANTED_BUGS, type PlantedBug } from "./plantedBugs.ts";
import { simulate } from "./simulate.ts";
import { makeTemplate } from "./template.ts";
import { writeHistogram } from "./runSeeds.ts";

/** `npm run simulate -- --seed N [--seeds COUNT] [--trace] [--bug NAME]`. */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    bug: { type: "string" },
  },
});
useFastestBackend(process.env);
const planted = values.bug === undefined ? null : PLANTED_BUGS[values.bug as PlantedBug];
const template = await makeTemplate();
const begin = performance.now();
const processor = process.cpuUsage();
const counts = new Map<string, number>();
let failed = 0;
let steps = 0;
const from = Number(values.seed);
const count = Number(values.seeds);
for (let seed = from; seed < from + count; seed++) {
  const result = await simulate(template, seed, planted);
  for (const [kind, number] of result.counts) counts.set(kind, (counts.get(kind) ?? 0) + number);
  steps += result.steps;
  if (values.trace) for (const line of result.trace) console.log(line);
  if (result.violations.length > 0) {
    failed++;
    console.log(`seed ${seed}: ${result.violations.join("; ")}`);
  }
  if (count === 1) console.log(`seed ${seed}: ${result.steps} steps, trace ${result.digest.slice(0, 16)}`);
}
const seconds = (performance.now() - begin) / 1000;
if (count > 1) console.log(writeHistogram(counts));
console.log(`${count} seeds, ${failed} failed, ${steps} steps, ${(count / seconds).toFixed(1)} seeds/s, ${(process.cpuUsage(processor).user / 1e3 / count).toFixed(0)} ms of processor a seed`);
await template.engine.close();
process.exitCode = failed > 0 ? 1 : 0;
