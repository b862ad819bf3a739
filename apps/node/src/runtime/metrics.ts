/** What services count; `prometheusMetrics.ts` exposes it. */
export interface Metrics {
  /** Adds `by` (1 by default) to a counter with a fixed name and low-cardinality labels. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number): void;
  /** Observes a duration in seconds. */
  time(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void;
  /** Prometheus text format. */
  render(): Promise<string>;
}
