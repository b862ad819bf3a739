type Work<T> = () => Promise<T>;

/**
 * Lets pieces of work run side by side, or one of them alone: it begins when all that run have ended, and those that come
 * after it wait. Who has waited longest goes first, so neither kind can starve the other.
 */
export class SharedOrAlone {
  #running = 0;
  #alone = false;
  readonly #waiting: { readonly alone: boolean; readonly begin: () => void }[] = [];

  shared<T>(work: Work<T>): Promise<T> {
    return this.#run(false, work);
  }

  alone<T>(work: Work<T>): Promise<T> {
    return this.#run(true, work);
  }

  async #run<T>(alone: boolean, work: Work<T>): Promise<T> {
    const turn = new Promise<void>((begin) => this.#waiting.push({ alone, begin }));
    this.#next();
    await turn;
    try {
      return await work();
    } finally {
      this.#running--;
      this.#alone = false;
      this.#next();
    }
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#alone || (first.alone && this.#running > 0)) return;
      this.#waiting.shift();
      this.#running++;
      this.#alone = first.alone;
      first.begin();
    }
  }
}
