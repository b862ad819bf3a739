import type { CounterName, DurationName, GaugeName } from "./metricNames.ts";

/** What services count; `prometheusMetrics.ts` exposes it. */
export interface Metrics {
  /** Adds `by` (1 by default) to a counter. */
  count(name: CounterName, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: GaugeName, value: number): void;
  /** Observes a duration in seconds. */
  time(name: DurationName, seconds: number, labels?: Readonly<Record<string, string>>): void;
  /** What this process runs on, as labels of a gauge that is always 1. */
  info(labels: Readonly<Record<"curve" | "hpke" | "version", string>>): void;
  /** Prometheus text format. */
  render(): Promise<string>;
}
