import type { Row } from "../run/report.ts";
import { percentile } from "../run/statistics.ts";

/** One part of the system alone in this process. */
export interface Part {
  readonly what: string;
  /** By the clock: what waits for the disk. */
  readonly perSecond?: number;
  /** By CPU time: what computes. */
  readonly perCpuSecond?: number;
  /** Milliseconds of each, where it is one call. */
  readonly samples?: readonly number[];
  /** What the machine's limit would allow in the same unit, and which one it is. */
  readonly limit?: readonly [perSecond: number, name: string];
}

export function partRow({ what, perSecond, perCpuSecond, samples = [], limit }: Part): Row {
  const p99 = samples.length === 0 ? null : percentile(samples, 0.99);
  // What is measured by CPU time is compared by it.
  const found = perCpuSecond ?? perSecond ?? Number.NaN;
  return {
    part: what,
    each: found,
    per: perCpuSecond === undefined ? "second" : "CPU second",
    "p99 ms": p99,
    limit: limit?.[0] ?? null,
    "% of the limit": limit === undefined ? null : (100 * found) / limit[0],
    "limited by": limit?.[1] ?? null,
  };
}
