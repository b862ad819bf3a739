import { setTimeout as sleep } from "node:timers/promises";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";

export interface UntilOptions {
  /** As in "nodes are ready". */
  readonly what: string;
  /** Milliseconds; 60,000 by default. */
  readonly deadline?: number;
  /** Milliseconds between two looks; 100 by default. */
  readonly pause?: number;
  /** What it waits for at the moment, in codes and figures: told when the time is up. */
  readonly state?: () => string;
}

/** Looks until `probe` gives something else than `null`. Throws `demo-timeout` with what was waited for. */
export async function until<T>(options: UntilOptions, probe: () => Promise<T | null>): Promise<T> {
  const { what, deadline = 60_000, pause = 100 } = options;
  const end = performance.now() + deadline;
  for (;;) {
    const found = await probe();
    if (found !== null) return found;
    if (performance.now() > end) {
      throw new AnamnesisError({
        code: "demo-timeout",
        rule: "Each part of the demo comes about within its time.",
        fix: "Run it again on a machine with less load; with --state its logs stay under nodes/.",
        meta: { waitedFor: what, milliseconds: deadline, state: options.state?.() ?? null },
      });
    }
    await sleep(pause);
  }
}

/** A node that was started again takes signed requests only after some seconds: asks until it does. */
export async function whenStarted(work: () => Promise<void>): Promise<void> {
  await until({ what: "a node taking signed requests" }, async () => {
    try {
      await work();
      return true;
    } catch (error) {
      if (hasCode(error, "node-starting")) return null;
      throw error;
    }
  });
}
