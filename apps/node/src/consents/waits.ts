import { AnamnesisError } from "@anamnesis/core/errors";

/** Answers that are held back at once, of all callers and of one: they take places of requests that are worked on. */
const MOST_WAITS = 128;
const MOST_OF_ONE = 16;

/** Bounds the answers that wait for something to happen, so that whoever waits takes no place from whoever works. */
export class Waits {
  readonly #byCaller = new Map<string, number>();
  #all = 0;

  /** Runs the work in a place of its own. Throws `busy`. */
  async hold<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const own = this.#byCaller.get(caller) ?? 0;
    if (this.#all >= MOST_WAITS || own >= MOST_OF_ONE) {
      throw new AnamnesisError({
        code: "busy",
        rule: "A node holds back a bounded number of answers at once.",
        fix: "Ask again without `wait`, or after the seconds that Retry-After names.",
      });
    }
    this.#byCaller.set(caller, own + 1);
    this.#all++;
    try {
      return await work();
    } finally {
      const left = (this.#byCaller.get(caller) ?? 1) - 1;
      if (left > 0) this.#byCaller.set(caller, left);
      else this.#byCaller.delete(caller);
      this.#all--;
    }
  }
}
