import { expect, it } from "vitest";
import { within } from "./within.ts";

/** Sleeps until it is woken or aborted. */
function sleeper() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  const sleep = async (_: number, signal?: AbortSignal): Promise<void> => {
    if (signal !== undefined) signals.push(signal);
    await promise;
  };
  return { sleep, wake: resolve, timers: () => signals.filter(({ aborted }) => !aborted).length };
}

it("gives what came in time, and leaves no timer", async () => {
  const { sleep, timers } = sleeper();
  const work = Promise.withResolvers<number>();
  const asked = within({ sleep }, work.promise, 5000);
  expect(timers()).toBe(1);
  work.resolve(7);
  expect(await asked).toEqual({ done: 7 });
  expect(timers()).toBe(0);
});

it("throws what failed in time, and leaves no timer", async () => {
  const { sleep, timers } = sleeper();
  await expect(within({ sleep }, Promise.reject(new RangeError("no")), 5000)).rejects.toThrow(RangeError);
  expect(timers()).toBe(0);
});

it("gives null when the time is over; a failure after that is nobody's", async () => {
  const { sleep, wake } = sleeper();
  const work = Promise.withResolvers<number>();
  const asked = within({ sleep }, work.promise, 5000);
  wake();
  expect(await asked).toBeNull();
  work.reject(new RangeError("late"));
});
