/**
 * Gives a transfer up when the other side stops moving: at each turn of `milliseconds` at least `least` bytes must have come or gone
 * since the turn before, or this side itself was what the transfer waited for.
 */
export class Patience {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #least: number;
  #moved = 0;
  #waiting = true;
  #over = false;

  constructor(milliseconds: number, least: number) {
    this.#milliseconds = milliseconds;
    this.#least = least;
    this.#turn();
  }

  /** Aborted when the patience is at its end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  moved(bytes: number): void {
    this.#moved += bytes;
  }

  /** From here until `resume` this side does something itself: the other one is not to blame, however long it takes. */
  pause(): void {
    this.#waiting = false;
  }

  resume(): void {
    this.#waiting = true;
  }

  /** For good: nothing is awaited any more. */
  end(): void {
    this.#over = true;
  }

  #turn(): void {
    const before = this.#moved;
    AbortSignal.timeout(this.#milliseconds).addEventListener("abort", () => {
      if (this.#over) return;
      if (this.#waiting && this.#moved - before < this.#least) this.#controller.abort();
      else this.#turn();
    });
  }
}
