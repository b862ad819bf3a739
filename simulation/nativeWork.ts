import { AsyncLocalStorage } from "node:async_hooks";
import { webcrypto } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import type { Process } from "./process.ts";

/** Whose code runs: set where a handler, a worker or a client begins, and kept over every `await`. */
export const running = new AsyncLocalStorage<Process>();

let underWay = 0;
let begun = 0;
let interrupt: ((process: Process) => Promise<void>) | null = null;
let before: Promise<unknown> = Promise.resolve();

/** Work that ends by itself in real time (the database's engine): `quiet` waits for it. */
export async function counted<T>(work: () => Promise<T>): Promise<T> {
  underWay++;
  begun++;
  try {
    return await work();
  } finally {
    underWay--;
  }
}

/**
 * Makes WebCrypto deterministic in time: calls begin at once, as always, and end in the order in which they began. After each
 * call of a node `onEnd` may hold it, since an `await` of the node is a place where other requests come in between.
 */
export function orderNativeCrypto(onEnd: ((process: Process) => Promise<void>) | null): void {
  interrupt = onEnd;
  const prototype = webcrypto.subtle.constructor.prototype as Record<string, unknown> & { [WRAPPED]?: true };
  if (prototype[WRAPPED] === true) return;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const original = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    if (name === "constructor" || typeof original !== "function") continue;
    prototype[name] = function (this: unknown, ...parts: unknown[]): Promise<unknown> {
      const own = Promise.resolve((original as (...parts: unknown[]) => unknown).apply(this, parts));
      own.catch(() => undefined);
      const earlier = before;
      const ended = counted(async () => {
        await earlier;
        return await own;
      });
      before = ended.catch(() => undefined);
      const process = running.getStore();
      if (process === undefined) return ended;
      return ended.then(async (value) => {
        await interrupt?.(process);
        return value;
      });
    };
  }
  prototype[WRAPPED] = true;
}

const WRAPPED = Symbol.for("anamnesis/simulation/ordered");

/** Resolves when nothing is under way any more: all code waits for the scheduler. */
export async function quiet(): Promise<void> {
  for (let calm = 0; calm < 2;) {
    const seen = begun;
    await turn();
    calm = underWay === 0 && begun === seen ? calm + 1 : 0;
  }
}
