import { simulate } from "./simulate.ts";
import { STEP_KINDS } from "./stepKinds.ts";
import type { Template } from "./template.ts";

/** After so many seeds the engine throws away what they left. */
const VACUUM_EVERY = 100;

export interface SeedsRun {
  /** Seeds that broke a promise, with what was broken. */
  readonly failed: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: number;
}

/** Runs `count` seeds from `first` on, one after the other. */
export async function runSeeds(template: Template, first: number, count: number): Promise<SeedsRun> {
  const failed: string[] = [];
  const counts = new Map<string, number>();
  let steps = 0;
  for (let seed = first; seed < first + count; seed++) {
    const result = await simulate(template, seed);
    steps += result.steps;
    for (const [kind, number] of result.counts) counts.set(kind, (counts.get(kind) ?? 0) + number);
    if (result.violations.length > 0) {
      failed.push(`npm run simulate -- --seed ${seed} --trace: ${result.violations.join("; ")}`);
    }
    if ((seed - first) % VACUUM_EVERY === VACUUM_EVERY - 1) await template.engine.vacuum();
  }
  return { failed, counts, steps };
}

/** One line for each kind of step, fault and outcome. */
export function writeHistogram(counts: ReadonlyMap<string, number>): string {
  return STEP_KINDS.map((kind) => `${String(counts.get(kind) ?? 0).padStart(9)}  ${kind}`).join("\n");
}
