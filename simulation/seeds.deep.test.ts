import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { describe, expect, it } from "vitest";
import { runSeeds, writeHistogram } from "./runSeeds.ts";
import { makeTemplate } from "./template.ts";

const SEEDS = 100_000;
/** Seeds of one engine: its memory grows with what they write. */
const OF_ONE_ENGINE = 2000;
const HOUR = 3_600_000;

describe("the simulated consortium over a long run", () => {
  it(
    "keeps its promises",
    async () => {
      useFastestBackend(process.env);
      const counts = new Map<string, number>();
      const failed: string[] = [];
      for (let first = 1001; first < 1001 + SEEDS; first += OF_ONE_ENGINE) {
        const template = await makeTemplate();
        const run = await runSeeds(template, first, OF_ONE_ENGINE);
        await template.engine.close();
        failed.push(...run.failed);
        for (const [kind, number] of run.counts) counts.set(kind, (counts.get(kind) ?? 0) + number);
        if (failed.length > 0) break;
      }
      console.log(writeHistogram(counts));
      expect(failed).toEqual([]);
    },
    48 * HOUR,
  );
});
