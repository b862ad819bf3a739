import { setTimeout as sleep } from "node:timers/promises";
import { Alarm } from "./alarm.ts";
import type { ExactTimers } from "./timers.ts";

const alarm = new Alarm();

export const systemTimers: ExactTimers = {
  now: () => performance.now(),
  until: (at) => alarm.after(at - performance.now()),
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch {
      // Aborted: who sleeps wakes early, as the interface says.
    }
  },
};
