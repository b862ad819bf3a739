/** Time that passes, so that a simulation can let it pass at will. */
export interface Timers {
  /** Milliseconds of a clock that never goes back and that nobody sets: for intervals, which the wall clock cannot measure. */
  now(): number;
  /** Resolves after `milliseconds`, or at once when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Timers that also count what is less than a millisecond. */
export interface ExactTimers extends Timers {
  /** Resolves when `now()` is `at` or later: to some hundredths of a millisecond, whatever else was worked on before. */
  until(at: number): Promise<void>;
}
