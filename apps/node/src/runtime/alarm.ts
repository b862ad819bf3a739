import process from "node:process";
import { Worker } from "node:worker_threads";
import { COMPILED } from "@anamnesis/native/keepCompiled";

const NANOSECONDS = 1e6;
const THREAD = new URL("./alarm.thread.ts", import.meta.url);

interface Sleeper {
  /** Nanoseconds of `process.hrtime.bigint()`. */
  readonly at: bigint;
  readonly wake: () => void;
}

/**
 * Wakes at a time to some hundredths of a millisecond, whatever was worked on before. Timers of the event loop cannot: they count whole milliseconds from a time that is as old as what the loop did since, so that when one
 * fires tells when other work ended. A thread of its own sleeps here (`Atomics.wait` has no such steps) and its message wakes the loop.
 *
 * The thread begins with the first sleeper, and keeps a process from ending only while there are some. Where it cannot begin, or ends, sleepers wake by timers from then on.
 */
export class Alarm {
  readonly #cell = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  /** The next first. */
  readonly #sleepers: Sleeper[] = [];
  readonly #onCoarse: (code: string) => void;
  readonly #file: URL;
  #thread: Worker | null = null;
  #isCoarse = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onCoarse told once, with the runtime's code, when timers have to do.
   * @param file the thread's program, for tests.
   */
  constructor(onCoarse: (code: string) => void, file: URL = THREAD) {
    this.#onCoarse = onCoarse;
    this.#file = file;
  }

  /** Resolves once `milliseconds`, a fraction too, have passed; never before. */
  after(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      const at = process.hrtime.bigint() + BigInt(Math.ceil(milliseconds * NANOSECONDS));
      const later = this.#sleepers.findIndex((sleeper) => sleeper.at > at);
      this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, { at, wake });
      if (later === 0 || this.#sleepers.length === 1) this.#set(at);
    });
  }

  #set(at: bigint): void {
    if (!this.#isCoarse) this.#thread ??= this.#start();
    if (this.#thread === null) {
      clearTimeout(this.#timer);
      const left = Math.ceil(Number(at - process.hrtime.bigint()) / NANOSECONDS);
      this.#timer = setTimeout(() => this.#ring(), Math.max(1, left));
      return;
    }
    this.#thread.ref();
    Atomics.store(this.#cell, 0, at);
    Atomics.notify(this.#cell, 0);
  }

  /** `null`: there is none, and will be none. */
  #start(): Worker | null {
    let code = "ended";
    try {
      // A thread does not keep what it compiled where its process does unless it is told, and the compiler would take 18 MB.
      const thread = new Worker(this.#file, {
        workerData: this.#cell.buffer,
        env: { NODE_COMPILE_CACHE: COMPILED },
      });
      thread.on("message", () => this.#ring());
      thread.on("error", (error) => (code = codeOf(error)));
      thread.on("exit", () => {
        this.#thread = null;
        this.#giveUp(code);
        this.#ring();
      });
      return thread;
    } catch (error) {
      this.#giveUp(codeOf(error));
      return null;
    }
  }

  #giveUp(code: string): void {
    this.#isCoarse = true;
    this.#onCoarse(code);
  }

  #ring(): void {
    const now = process.hrtime.bigint();
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].at <= now) this.#sleepers.shift()?.wake();
    const next = this.#sleepers[0];
    if (next === undefined) this.#thread?.unref();
    else this.#set(next.at);
  }
}

/** Of the runtime, such as `ERR_WORKER_INIT_FAILED`. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "failed";
}
