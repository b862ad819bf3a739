import { expect, it } from "vitest";
import { Alarm } from "./alarm.ts";

const alarm = new Alarm();

/** Milliseconds that passed until it woke. */
async function slept(milliseconds: number): Promise<number> {
  const begin = performance.now();
  await alarm.after(milliseconds);
  return performance.now() - begin;
}

it("wakes after the time that was said and not before, a fraction of a millisecond too", async () => {
  const times = [0.3, 2.5, 1, 7.25];
  const passed = await Promise.all(times.map(slept));
  passed.forEach((time, i) => expect(time).toBeGreaterThanOrEqual(times[i] as number));
});

it("wakes those who sleep less first, whoever came first", async () => {
  const order: number[] = [];
  // Farther apart than this process may be kept waiting between two calls.
  await Promise.all([90, 30, 60, 35.5, 0].map((time) => alarm.after(time).then(() => order.push(time))));
  expect(order).toEqual([0, 30, 35.5, 60, 90]);
});

it("wakes many who sleep for the same time", async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => slept(2)));
  expect(Math.min(...all)).toBeGreaterThanOrEqual(2);
});
