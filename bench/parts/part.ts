import type { Row } from "../run/report.ts";
import { percentile } from "../run/statistics.ts";

/** One part of the system alone in this process. */
export interface Part {
  readonly what: string;
  readonly perSecond: number;
  /** Milliseconds of each, where it is one call. */
  readonly samples?: readonly number[];
  /** What the machine's limit would allow a second, and which one it is. */
  readonly limit?: readonly [perSecond: number, name: string];
}

export function partRow({ what, perSecond, samples = [], limit }: Part): Row {
  const p99 = samples.length === 0 ? null : percentile(samples, 0.99);
  return {
    part: what,
    "a second": perSecond,
    "p99 ms": p99,
    "limit a second": limit?.[0] ?? null,
    "% of the limit": limit === undefined ? null : (100 * perSecond) / limit[0],
    "limited by": limit?.[1] ?? null,
  };
}
