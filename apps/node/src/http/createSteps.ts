import type { Timers } from "../runtime/timers.ts";

/** Milliseconds. Reads and searches take 1 to 4 of them, and differ by 0.02 to 0.5 by what they came across and did not show. */
export const STEP = 5;

/**
 * Lets the end of works be known at steps alone, however they ended. The steps go on while anything is worked on, and are not begun by its end: whoever waits for one learns in which of them it ended, and nothing finer
 * (B. Köpf, M. Dürmuth: A Provably Secure and Efficient Countermeasure against Timing Attacks, 2009). A timer for each end would not do: timers count whole milliseconds from when they are set, and would give the rest back.
 * Nothing is computed meanwhile.
 */
export function createSteps({ sleep }: Pick<Timers, "sleep">): <T>(work: () => Promise<T>) => Promise<T> {
  const working = new Set<object>();
  let step = Promise.resolve();
  let goesOn = false;
  const go = async (): Promise<void> => {
    goesOn = true;
    while (working.size > 0) {
      step = sleep(STEP);
      await step;
    }
    goesOn = false;
  };
  return async (work) => {
    const one = {};
    working.add(one);
    if (!goesOn) void go();
    try {
      return await work();
    } finally {
      await step;
      working.delete(one);
    }
  };
}
