import { expect, it } from "vitest";
import { COUNTERS, DURATIONS, GAUGES } from "./metricNames.ts";
import { createPrometheusMetrics } from "./prometheusMetrics.ts";

it("exposes every declared metric with its help, and the process's own", async () => {
  const text = await createPrometheusMetrics().render();
  for (const [name, { help }] of Object.entries({ ...COUNTERS, ...GAUGES, ...DURATIONS })) {
    expect(text).toContain(`# HELP anamnesis_${name} ${help}`);
  }
  expect(text).toMatch(/^anamnesis_process_cpu_seconds_total /m);
  expect(text).toMatch(/^anamnesis_nodejs_eventloop_lag_seconds /m);
});

it("counts, sets and observes", async () => {
  const metrics = createPrometheusMetrics();
  metrics.count("records_accepted_total", {}, 3);
  metrics.count("records_accepted_total");
  metrics.count("http_requests_total", { route: "release", status: "200" });
  metrics.gauge("ledger_head_block", 7);
  metrics.gauge("ledger_head_block", 5);
  metrics.time("http_request_seconds", 0.004, { route: "release" });
  const text = await metrics.render();
  expect(text).toContain("anamnesis_records_accepted_total 4\n");
  expect(text).toContain('anamnesis_http_requests_total{route="release",status="200"} 1\n');
  expect(text).toContain("anamnesis_ledger_head_block 5\n");
  expect(text).toMatch(/anamnesis_http_request_seconds_bucket\{le="0.0025",route="release"\} 0\n/);
  expect(text).toMatch(/anamnesis_http_request_seconds_bucket\{le="0.005",route="release"\} 1\n/);
});

it("keeps the numbers of two nodes in one process apart", async () => {
  const [one, other] = [createPrometheusMetrics(), createPrometheusMetrics()];
  one.count("revocations_stored_total");
  expect(await one.render()).toContain("anamnesis_revocations_stored_total 1\n");
  expect(await other.render()).toContain("anamnesis_revocations_stored_total 0\n");
});

it("takes no name that is not declared", () => {
  const metrics = createPrometheusMetrics();
  // @ts-expect-error: the table in metricNames.ts is all there is.
  expect(() => metrics.count("undeclared_total")).not.toThrow();
});
