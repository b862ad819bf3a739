import { describe, expect, it } from "vitest";
import { Alarm } from "./alarm.ts";

/** Milliseconds that passed until it woke. */
async function slept(alarm: Alarm, milliseconds: number): Promise<number> {
  const begin = performance.now();
  await alarm.after(milliseconds);
  return performance.now() - begin;
}

const program = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

describe.each([
  ["a thread", undefined, []],
  ["timers, where no thread can begin", new URL("https://node.test/thread.js"), ["ERR_INVALID_URL_SCHEME"]],
  ["timers, where the thread has no program", new URL("file:///nowhere/thread.js"), ["MODULE_NOT_FOUND"]],
  ["timers, where the thread ends", program("process.exit()"), ["ended"]],
])("by %s", (_, file, codes) => {
  const coarse: string[] = [];
  const alarm = new Alarm((code) => coarse.push(code), file);

  it("wakes after the time that was said and not before, a fraction of a millisecond too", async () => {
    const times = [0.3, 2.5, 1, 7.25];
    const passed = await Promise.all(times.map(async (time) => slept(alarm, time)));
    passed.forEach((time, i) => expect(time).toBeGreaterThanOrEqual(times[i] as number));
  });

  it("wakes those who sleep less first, whoever came first", async () => {
    const order: number[] = [];
    // Farther apart than this process may be kept waiting between two calls.
    await Promise.all([90, 30, 60, 35.5, 0].map((time) => alarm.after(time).then(() => order.push(time))));
    expect(order).toEqual([0, 30, 35.5, 60, 90]);
  });

  it("wakes many who sleep for the same time, and who come while others sleep", async () => {
    const all = Array.from({ length: 20 }, async () => {
      for (let i = 0; i < 10; i++) expect(await slept(alarm, 2)).toBeGreaterThanOrEqual(2);
    });
    await Promise.all(all);
  });

  it("says once if there is no thread, and why", () => {
    expect(coarse).toEqual(codes);
  });
});
