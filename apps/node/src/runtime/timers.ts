/** Time that passes, so that a simulation can let it pass at will. */
export interface Timers {
  /** Resolves after `milliseconds`, or at once when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
