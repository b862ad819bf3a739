import { createProgressBar } from "@anamnesis/cli/output/progressBar";
import { duration } from "@anamnesis/cli/output/format";

/** Says what is being measured: one line for each stage, and a bar on a terminal while it lasts. */
export interface Progress {
  readonly stage: <T>(
    name: string,
    work: (set: (done: number, of: number) => void) => Promise<T>,
  ) => Promise<T>;
}

export function stderrProgress(): Progress {
  return {
    stage: async (name, work) => {
      const bar = createProgressBar(name);
      const begin = performance.now();
      try {
        const result = await work((done, of) => bar.set(done, of));
        bar.clear();
        process.stderr.write(`  ${name}: ${duration(performance.now() - begin)}\n`);
        return result;
      } finally {
        bar.clear();
      }
    },
  };
}
