import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  type CounterName,
  COUNTERS,
  type DurationName,
  DURATIONS,
  type GaugeName,
  GAUGES,
} from "./metricNames.ts";
import type { Metrics } from "./metrics.ts";

const PREFIX = "anamnesis_";
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

function labelNames(declared: object): string[] {
  return "labels" in declared ? [...(declared.labels as readonly string[])] : [];
}

/** A registry of this node's own, with the process's memory, CPU and event loop beside what services count. */
export function createPrometheusMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const counters = new Map<CounterName, Counter>();
  const gauges = new Map<GaugeName, Gauge>();
  const durations = new Map<DurationName, Histogram>();
  for (const [name, declared] of Object.entries(COUNTERS)) {
    const { help } = declared;
    counters.set(
      name as CounterName,
      new Counter({ name: PREFIX + name, help, labelNames: labelNames(declared), registers }),
    );
  }
  for (const [name, { help }] of Object.entries(GAUGES)) {
    gauges.set(name as GaugeName, new Gauge({ name: PREFIX + name, help, registers }));
  }
  for (const [name, declared] of Object.entries(DURATIONS)) {
    const { help } = declared;
    durations.set(
      name as DurationName,
      new Histogram({
        name: PREFIX + name,
        help,
        labelNames: labelNames(declared),
        buckets: SECONDS,
        registers,
      }),
    );
  }
  const about = new Gauge({
    name: `${PREFIX}info`,
    help: "What this process runs on",
    labelNames: ["curve", "hpke", "version"],
    registers,
  });
  return {
    info: (labels) => about.set({ ...labels }, 1),
    count: (name, labels = {}, by = 1) => counters.get(name)?.inc({ ...labels }, by),
    gauge: (name, value) => gauges.get(name)?.set(value),
    time: (name, seconds, labels = {}) => durations.get(name)?.observe({ ...labels }, seconds),
    render: () => registry.metrics(),
  };
}
