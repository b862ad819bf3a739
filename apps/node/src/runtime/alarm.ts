import process from "node:process";
import { Worker } from "node:worker_threads";
import { COMPILED } from "@anamnesis/native/keepCompiled";

const NANOSECONDS = 1e6;
/** MiB. The thread makes next to nothing. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

interface Sleeper {
  /** Nanoseconds of `process.hrtime.bigint()`. */
  readonly at: bigint;
  readonly wake: () => void;
}

/**
 * Wakes at a time to some hundredths of a millisecond, whatever was worked on before. Timers of the event loop cannot: they count whole milliseconds from a time that is as old as what the loop did since, so that when one
 * fires tells when other work ended. A thread of its own sleeps here (`Atomics.wait` has no such steps) and its message wakes the loop.
 *
 * The thread begins with the first sleeper, and keeps a process from ending only while there are some. Without it, should it ever end, sleepers wake by timers.
 */
export class Alarm {
  readonly #cell = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  /** The next first. */
  readonly #sleepers: Sleeper[] = [];
  #thread: Worker | null = null;
  #isCoarse = false;

  /** Resolves once `milliseconds`, a fraction too, have passed; never before. */
  after(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      const at = process.hrtime.bigint() + BigInt(Math.ceil(milliseconds * NANOSECONDS));
      const later = this.#sleepers.findIndex((sleeper) => sleeper.at > at);
      this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, { at, wake });
      if (this.#sleepers[0]?.at === at) this.#set(at);
    });
  }

  #set(at: bigint): void {
    if (this.#isCoarse) {
      setTimeout(() => this.#ring(), Math.ceil(Number(at - process.hrtime.bigint()) / NANOSECONDS));
      return;
    }
    this.#thread ??= this.#start();
    this.#thread.ref();
    Atomics.store(this.#cell, 0, at);
    Atomics.notify(this.#cell, 0);
  }

  #start(): Worker {
    const file = new URL("./alarm.thread.ts", import.meta.url);
    const thread = new Worker(file, {
      workerData: this.#cell.buffer,
      resourceLimits: LIMITS,
      // A thread does not have it from the process, and the compiler would take 18 MB.
      env: { NODE_COMPILE_CACHE: COMPILED },
    });
    thread.on("message", () => this.#ring());
    // What could end it is a lack of memory or threads: its end follows.
    thread.on("error", () => undefined);
    thread.on("exit", () => {
      this.#isCoarse = true;
      this.#ring();
    });
    return thread;
  }

  #ring(): void {
    const now = process.hrtime.bigint();
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].at <= now) this.#sleepers.shift()?.wake();
    const next = this.#sleepers[0];
    if (next === undefined) this.#thread?.unref();
    else this.#set(next.at);
  }
}
