import { useFastestBackend } from "@anamnesis/native/libsecp256k1";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLANTED_BUGS } from "./plantedBugs.ts";
import { runSeeds } from "./runSeeds.ts";
import { simulate } from "./simulate.ts";
import { makeTemplate, type Template } from "./template.ts";

const MINUTE = 60_000;
/** Seeds within which each planted bug is found. */
const WITHIN = 60;

let template: Template;

beforeAll(async () => {
  useFastestBackend(process.env);
  template = await makeTemplate();
}, 3 * MINUTE);

afterAll(() => template.engine.close());

describe("a simulation", () => {
  it.each([3, 24, 45])("repeats seed %i exactly", async (seed) => {
    const first = await simulate(template, seed);
    const again = await simulate(template, seed);
    expect(again.trace).toEqual(first.trace);
    expect(again.digest).toBe(first.digest);
    expect(first.steps).toBeGreaterThan(100);
  });

  it("goes other ways under other seeds", async () => {
    const digests = [await simulate(template, 1), await simulate(template, 2)].map((run) => run.digest);
    expect(new Set(digests).size).toBe(2);
  });

  it(
    "keeps the promises under seeds that the other file does not run",
    async () => {
      expect((await runSeeds(template, 251, 250)).failed).toEqual([]);
    },
    20 * MINUTE,
  );
});

describe("a planted bug is found", () => {
  it.each(Object.entries(PLANTED_BUGS))(
    "%s",
    async (_name, planted) => {
      let found: readonly string[] = [];
      for (let seed = 1; seed <= WITHIN && found.length === 0; seed++) {
        found = (await simulate(template, seed, planted)).violations;
      }
      expect(found[0]).toMatch(/^step \d+: .+/);
    },
    10 * MINUTE,
  );
});
