import { AnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import type { Logger } from "./logger.ts";
import { createPrometheusMetrics } from "./prometheusMetrics.ts";
import type { Timers } from "./timers.ts";
import { startWorker, type Worker } from "./worker.ts";

/** Time that passes only when a test lets it: each pause of the worker is handed out and ended by hand. */
class HandTimers implements Timers {
  readonly pauses: number[] = [];
  #asleep = Promise.withResolvers<void>();
  #wake: () => void = () => undefined;

  now(): number {
    return this.pauses.reduce((sum, pause) => sum + pause, 0);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.pauses.push(milliseconds);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (signal?.aborted === true) resolve();
    else signal?.addEventListener("abort", () => resolve(), { once: true });
    this.#asleep.resolve();
    return promise;
  }

  /** Resolves when the worker pauses. */
  async asleep(): Promise<void> {
    await this.#asleep.promise;
    this.#asleep = Promise.withResolvers<void>();
  }

  /** Ends the pause, as if its time had passed. */
  pass(): void {
    this.#wake();
  }
}

interface Fixture {
  readonly worker: Worker;
  readonly timers: HandTimers;
  readonly lines: string[];
  readonly metrics: ReturnType<typeof createPrometheusMetrics>;
}

function start(run: () => Promise<void>): Fixture {
  const timers = new HandTimers();
  const lines: string[] = [];
  const metrics = createPrometheusMetrics();
  const write =
    (level: string): Logger["info"] =>
    (event, fields) =>
      void lines.push(JSON.stringify({ level, event, ...fields }));
  const log: Logger = { info: write("info"), warn: write("warn"), error: write("error") };
  const worker = startWorker({ name: "outbox", interval: 1000, timers, log, metrics, run });
  return { worker, timers, lines, metrics };
}

function unavailable(): AnamnesisError<"ledger-unavailable"> {
  return new AnamnesisError({ code: "ledger-unavailable", rule: "The ledger answers.", fix: "Start it." });
}

describe("startWorker", () => {
  it("runs at once and after every interval", async () => {
    let passes = 0;
    const { worker, timers } = start(async () => void passes++);
    await timers.asleep();
    expect(passes).toBe(1);
    timers.pass();
    await timers.asleep();
    expect(passes).toBe(2);
    expect(timers.pauses).toEqual([1000, 1000]);
    await worker.stop();
  });

  it("runs at once when it is woken", async () => {
    let passes = 0;
    const { worker, timers } = start(async () => void passes++);
    await timers.asleep();
    worker.wake();
    await timers.asleep();
    expect(passes).toBe(2);
    await worker.stop();
  });

  it("runs once more, and never two at a time, however often it is woken during a pass", async () => {
    let passes = 0;
    let running = 0;
    let most = 0;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const { worker, timers } = start(async () => {
      passes++;
      most = Math.max(most, ++running);
      begun.resolve();
      await end.promise;
      running--;
    });
    await begun.promise;
    worker.wake();
    worker.wake();
    worker.wake();
    end.resolve();
    await timers.asleep();
    expect({ passes, most, pauses: timers.pauses }).toEqual({ passes: 2, most: 1, pauses: [1000] });
    await worker.stop();
  });

  it("tries again after pauses that double up to 30 s, then keeps its interval again", async () => {
    let down = true;
    const { worker, timers, lines, metrics } = start(async () => {
      if (down) throw unavailable();
    });
    for (let pass = 0; pass < 10; pass++) {
      await timers.asleep();
      timers.pass();
    }
    await timers.asleep();
    expect(timers.pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000]);
    expect(await metrics.render()).toContain('anamnesis_worker_failures_total{worker="outbox"} 11');
    down = false;
    timers.pass();
    await timers.asleep();
    expect(timers.pauses.at(-1)).toBe(1000);
    // One line when a row of failures begins, one when it is over: an engine that is down fills no disk.
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: "warn", event: "worker-failed", worker: "outbox", code: "ledger-unavailable", failures: 1 },
      { level: "info", event: "worker-recovered", worker: "outbox", failures: 11 },
    ]);
    await worker.stop();
  });

  it("lets a wake cut the pause after a failure short", async () => {
    let passes = 0;
    const { worker, timers } = start(async () => {
      if (++passes === 1) throw unavailable();
    });
    await timers.asleep();
    worker.wake();
    await timers.asleep();
    expect(passes).toBe(2);
    await worker.stop();
  });

  it("pauses also when it is woken during a pass that fails", async () => {
    const own: { worker?: Worker } = {};
    let passes = 0;
    const begun = Promise.withResolvers<void>();
    const { worker, timers } = start(async () => {
      await begun.promise;
      passes++;
      own.worker?.wake();
      throw unavailable();
    });
    own.worker = worker;
    begun.resolve();
    await timers.asleep();
    expect(passes).toBe(1);
    expect(timers.pauses[0]).toBeGreaterThan(0);
    await worker.stop();
  });

  it("logs a defect by its place alone", async () => {
    const canary = "canary-1\n    at canary-2 (canary-3:1:1)";
    const { worker, timers, lines } = start(async () => {
      throw new TypeError(canary, { cause: new RangeError("canary-4") });
    });
    await timers.asleep();
    await worker.stop();
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"code":"defect"');
    expect(lines[1]).toContain("worker.test.ts");
    expect(lines.join("")).not.toContain("canary");
  });

  it("stops after the pass under way, and begins no other one", async () => {
    let passes = 0;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const { worker, timers } = start(async () => {
      passes++;
      begun.resolve();
      await end.promise;
    });
    await begun.promise;
    worker.wake();
    let stopped = false;
    const stopping = worker.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    end.resolve();
    await stopping;
    expect({ passes, pauses: timers.pauses }).toEqual({ passes: 1, pauses: [] });
  });

  it("stops during a pause without waiting for its end", async () => {
    const { worker, timers } = start(async () => undefined);
    await timers.asleep();
    await worker.stop();
    expect(timers.pauses).toEqual([1000]);
  });
});
