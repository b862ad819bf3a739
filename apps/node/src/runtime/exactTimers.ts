import { Alarm } from "./alarm.ts";
import { systemTimers } from "./systemTimers.ts";
import type { ExactTimers } from "./timers.ts";

/** The system's, with a thread of their own for what is less than a millisecond. @param onCoarse told once if that thread cannot be had, with the runtime's code: whole milliseconds then have to do. */
export function exactTimers(onCoarse: (code: string) => void): ExactTimers {
  const alarm = new Alarm(onCoarse);
  return { ...systemTimers, until: (at) => alarm.after(at - systemTimers.now()) };
}
