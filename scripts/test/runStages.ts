import { sum, type Counts } from "./counts.ts";

export interface Stage {
  /** For `--only`. */
  readonly name: string;
  /** The heading. */
  readonly title: string;
  /** False when there is nothing to run here; without it the stage always runs. */
  readonly applies?: () => Promise<boolean>;
  readonly run: (paths: readonly string[]) => Promise<Counts>;
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs the stages one after the other, also after a failure, and resolves to the sum of their counts. */
export async function runStages(stages: readonly Stage[], paths: readonly string[]): Promise<Counts> {
  const results: { name: string; counts: Counts }[] = [];
  const started = performance.now();
  for (const { name, title, applies, run } of stages) {
    if (applies !== undefined && !(await applies())) continue;
    console.log(`\n== ${title}`);
    const since = performance.now();
    const counts = await run(paths);
    console.log(`== ${title}: ${counts.failed === 0 ? "ok" : "FAILED"}, ${seconds(since)}`);
    results.push({ name, counts });
  }
  const failed = results.filter((one) => one.counts.failed > 0).map((one) => one.name);
  console.log(`\n${seconds(started)} in all${failed.length === 0 ? "" : `; failed: ${failed.join(", ")}`}`);
  return sum(results.map((one) => one.counts));
}
