import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSeeds, writeHistogram } from "./runSeeds.ts";
import { STEP_KINDS } from "./stepKinds.ts";
import { makeTemplate, type Template } from "./template.ts";

const FIRST = 1;
const SEEDS = 250;
const MINUTE = 60_000;

let template: Template;

beforeAll(async () => {
  useFastestBackend(process.env);
  template = await makeTemplate();
}, 3 * MINUTE);

afterAll(() => template.engine.close());

describe("the simulated consortium", () => {
  it(
    "keeps its promises under every seed, and every kind of step and fault occurs",
    async () => {
      const { failed, counts } = await runSeeds(template, FIRST, SEEDS);
      expect(failed).toEqual([]);
      console.log(`${SEEDS} seeds from ${FIRST} on\n${writeHistogram(counts)}`);
      expect(STEP_KINDS.filter((kind) => (counts.get(kind) ?? 0) === 0)).toEqual([]);
    },
    20 * MINUTE,
  );
});
