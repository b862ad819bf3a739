import { expect, it } from "vitest";
import { createSteps, STEP } from "./createSteps.ts";

/** Timers of which a test ends each by hand. */
function byHand() {
  const sleeping: (() => void)[] = [];
  const slept: number[] = [];
  return {
    slept,
    sleep: (milliseconds: number): Promise<void> => {
      slept.push(milliseconds);
      return new Promise((resolve) => sleeping.push(resolve));
    },
    tick: async (): Promise<void> => {
      for (const wake of sleeping.splice(0)) wake();
      await settled();
    },
  };
}

/** All that can go on without a timer has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

it("tells of all that ended within a step at its end, in whatever way it ended", async () => {
  const timers = byHand();
  const inSteps = createSteps(timers);
  const told: string[] = [];
  const long = Promise.withResolvers<string>();
  const note = (name: string, work: Promise<unknown>): void =>
    void work.then(
      () => told.push(name),
      (error: unknown) => told.push(`${name}: ${(error as Error).message}`),
    );
  note(
    "short",
    inSteps(async () => "done"),
  );
  note(
    "refused",
    inSteps(async () => Promise.reject(new Error("no"))),
  );
  note(
    "long",
    inSteps(() => long.promise),
  );
  await settled();
  expect(told).toEqual([]);
  await timers.tick();
  expect(told.toSorted()).toEqual(["refused: no", "short"]);
  long.resolve("done");
  await settled();
  expect(told).toHaveLength(2);
  await timers.tick();
  expect(told).toHaveLength(3);
  expect(new Set(timers.slept)).toEqual(new Set([STEP]));
});

it("counts no steps while nothing is worked on, and again when something is", async () => {
  const timers = byHand();
  const inSteps = createSteps(timers);
  // Each time one more than it takes: at the end of a step nobody has gone away yet.
  for (const steps of [1, 3]) {
    const work = inSteps(async () => "done");
    await settled();
    expect(timers.slept).toHaveLength(steps);
    await timers.tick();
    expect(await work).toBe("done");
    for (let i = 0; i < 3; i++) await timers.tick();
    expect(timers.slept).toHaveLength(steps + 1);
  }
});
