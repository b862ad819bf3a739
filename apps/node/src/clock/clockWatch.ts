import type { Clock } from "@anamnesis/core/ports/runtime";
import type { Timers } from "../runtime/timers.ts";

/** Seconds: less is how a time server keeps a clock, and how whole seconds round. */
const LEAST_STEP = 5;

/** Sees when somebody sets the wall clock, by a clock that nobody sets. */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #timers: Pick<Timers, "now">;
  #wall: number;
  #steady: number;

  constructor(clock: Clock, timers: Pick<Timers, "now">) {
    this.#clock = clock;
    this.#timers = timers;
    this.#wall = clock.now();
    this.#steady = timers.now();
  }

  /** Whole seconds by which the wall clock was set since the last look, less than 0 when it was set back; 0 below 5. */
  stepped(): number {
    const wall = this.#clock.now();
    const steady = this.#timers.now();
    const step = Math.round(wall - this.#wall - (steady - this.#steady) / 1000);
    this.#wall = wall;
    this.#steady = steady;
    return Math.abs(step) < LEAST_STEP ? 0 : step;
  }
}
