import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isBusy, oneAtATime, oneSoon } from "./oneAtATime.ts";

vi.mock("./vaultStore.ts", () => ({ refreshVault: async () => undefined }));

/** One lock, as the browser's: those who ask wait in their order, may give up, or take it only when it is free. */
function oneLock() {
  let held: Promise<unknown> = Promise.resolve();
  let count = 0;
  const run = async (work: (lock: object | null) => Promise<unknown>) => {
    try {
      return await work({});
    } finally {
      count -= 1;
    }
  };
  return {
    request: async (
      _name: string,
      ...rest: [LockOptions, (lock: object | null) => Promise<unknown>] | [() => Promise<unknown>]
    ) => {
      const [options, work] = rest.length === 1 ? [{}, rest[0]] : rest;
      if (options.ifAvailable === true && count > 0) return work(null);
      const before = held;
      const { signal } = options;
      const gaveUp = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
      gaveUp.catch(() => undefined);
      count += 1;
      const turn = Promise.race([before, gaveUp]);
      const result = turn.then(
        async () => run(work),
        (error: unknown) => {
          count -= 1;
          throw error;
        },
      );
      held = Promise.allSettled([before, result]);
      return result;
    },
  };
}

beforeEach(() => vi.stubGlobal("navigator", { locks: oneLock() }));
afterEach(() => vi.unstubAllGlobals());

describe("oneSoon", () => {
  it("gives up its turn behind work that waits for somebody, and takes it when it is free", async () => {
    let answer: () => void = () => undefined;
    const asked = oneAtATime(async () => new Promise<void>((resolve) => (answer = resolve)));
    expect(await isBusy()).toBe(true);
    const work = vi.fn(async () => "done");
    expect(await oneSoon(work, 20)).toBeNull();
    expect(work).not.toHaveBeenCalled();
    const later = oneAtATime(work);
    answer();
    await asked;
    expect(await later).toBe("done");
    expect(await isBusy()).toBe(false);
    expect(await oneSoon(work, 10_000)).toEqual({ done: "done" });
  });

  it("passes on what fails in its turn", async () => {
    const fails = async () => {
      throw new TypeError("it failed");
    };
    await expect(oneSoon(fails, 10_000)).rejects.toThrow("it failed");
  });
});
