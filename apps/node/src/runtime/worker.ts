import { isAnamnesisError } from "@anamnesis/core/errors";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { placeOf } from "./placeOf.ts";
import type { Timers } from "./timers.ts";

export interface WorkerOptions {
  readonly name: string;
  /** Milliseconds between two passes. */
  readonly interval: number;
  readonly timers: Timers;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly run: () => Promise<void>;
}

export interface Worker {
  /** Runs a pass now; during a pass, one more after it. */
  wake(): void;
  /** Resolves when the pass under way is over; no other one begins. */
  stop(): Promise<void>;
}

/** Longest pause after failures, in milliseconds. */
const LONGEST_PAUSE = 30_000;
const FIRST_PAUSE = 100;

/**
 * Runs passes one after the other: at once, every interval, and when woken. A pass that fails is logged by its code and
 * tried again after a pause that doubles up to 30 s; a wake cuts every wait short, so a pause never delays what is urgent.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { name, interval, timers, log, metrics, run } = options;
  const stopping = new AbortController();
  let woken = false;
  let failures = 0;
  let wait = new AbortController();

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        await run();
        if (failures > 0) log.info("worker-recovered", { worker: name, failures });
        failures = 0;
      } catch (error) {
        failures++;
        metrics.count("worker_failures_total", { worker: name });
        // Once at the beginning of a row of failures and then now and again: an engine that is down fills no disk.
        if (failures === 1 || failures % 64 === 0) {
          const code = isAnamnesisError(error) ? error.code : "defect";
          log.warn("worker-failed", { worker: name, code, failures });
          if (code === "defect") log.error("defect", { worker: name, at: placeOf(error) });
        }
      }
      if (stopping.signal.aborted || (woken && failures === 0)) continue;
      // Woken during a pass that failed: soon, but not at once, or an engine that is down would be asked in a loop.
      const patience = woken ? 0 : Math.min(failures, 10);
      const pause = failures === 0 ? interval : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** patience);
      wait = new AbortController();
      await timers.sleep(pause, wait.signal);
    }
  };
  const done = loop();

  return {
    wake: () => {
      woken = true;
      wait.abort();
    },
    stop: async () => {
      stopping.abort();
      wait.abort();
      await done;
    },
  };
}
