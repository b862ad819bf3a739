import { describe, expect, it } from "vitest";
import { createSteps, STEP } from "./createSteps.ts";

const BEGIN = 1000.25;

/** Steps of a work that takes `milliseconds` by a clock that a test sets, and until when its end was held back. */
async function played(milliseconds: number, end: () => Promise<string>) {
  let clock = BEGIN;
  const held: number[] = [];
  const inSteps = createSteps({
    now: () => clock,
    until: async (at) => void held.push(at - BEGIN),
  });
  const result = await inSteps(() => {
    clock += milliseconds;
    return end();
  }).catch((error: unknown) => (error as Error).message);
  return { result, held };
}

describe.each([
  ["an answer", () => Promise.resolve("done"), "done"],
  ["a refusal", () => Promise.reject(new Error("no")), "no"],
])("%s", (_, end, said) => {
  it.each([
    [0, STEP],
    [0.02, STEP],
    [STEP - 0.02, STEP],
    [STEP, STEP],
    [STEP + 0.02, 2 * STEP],
    [7.3 * STEP, 8 * STEP],
  ])("that took %d ms leaves %d ms after it was asked for", async (took, leaves) => {
    expect(await played(took, end)).toEqual({ result: said, held: [leaves] });
  });
});

it("holds one back until its time has come, while another goes its way", async () => {
  const waiting = new Map<number, () => void>();
  let clock = 0;
  const inSteps = createSteps({
    now: () => clock,
    until: (at) => new Promise((resolve) => void waiting.set(at, resolve)),
  });
  const told: string[] = [];
  const first = inSteps(async () => "first").then((name) => told.push(name));
  clock = 2;
  const second = inSteps(async () => "second").then((name) => told.push(name));
  await new Promise((resolve) => void setImmediate(resolve));
  expect([...waiting.keys()]).toEqual([STEP, STEP + 2]);
  expect(told).toEqual([]);
  waiting.get(STEP + 2)?.();
  await second;
  expect(told).toEqual(["second"]);
  waiting.get(STEP)?.();
  await first;
});
