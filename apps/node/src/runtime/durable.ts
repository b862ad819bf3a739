import type { Metrics } from "./metrics.ts";
import type { WritePoint } from "./writePoints.ts";

/**
 * Every durable write of a node runs inside this, under its name: when the promise resolves, what `work` wrote is on the
 * disk (or on the ledger). Gives what `work` gives and throws what it throws.
 */
export type Durable = <T>(point: WritePoint, work: () => Promise<T>) => Promise<T>;

/**
 * Observes how long each write took, failed ones too, in `write_seconds`.
 * @param milliseconds monotonic time.
 */
export function timedWrites(metrics: Pick<Metrics, "time">, milliseconds: () => number): Durable {
  return async (point, work) => {
    const begun = milliseconds();
    try {
      return await work();
    } finally {
      metrics.time("write_seconds", (milliseconds() - begun) / 1000, { point });
    }
  };
}
