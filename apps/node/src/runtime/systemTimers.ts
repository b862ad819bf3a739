import { setTimeout as sleep } from "node:timers/promises";
import type { Timers } from "./timers.ts";

export const systemTimers: Timers = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch {
      // Aborted: who sleeps wakes early, as the interface says.
    }
  },
};
