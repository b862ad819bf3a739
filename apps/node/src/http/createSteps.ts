import type { ExactTimers } from "../runtime/timers.ts";

/** Milliseconds. Reads and searches take 1 to 4 of them, and differ by 0.02 to 0.5 by what they came across and did not show. */
export const STEP = 5;

/** Answers what a work answers, at the end of a step. */
export type InSteps = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets the end of works be known at steps alone, however they ended: a whole number of steps after they began. Whoever waits for one learns in which of them it ended, and nothing finer (B. Köpf, M. Dürmuth: A Provably
 * Secure and Efficient Countermeasure against Timing Attacks, 2009). Each has steps of its own: where those of another lay, who asks could lay their end where it tells most. Nothing is computed meanwhile.
 */
export function createSteps({ now, until }: Pick<ExactTimers, "now" | "until">): InSteps {
  return async (work) => {
    const begin = now();
    try {
      return await work();
    } finally {
      const steps = Math.max(1, Math.ceil((now() - begin) / STEP));
      await until(begin + steps * STEP);
    }
  };
}
