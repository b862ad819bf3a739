import { AnamnesisError } from "@anamnesis/core/errors";
import { expect, it } from "vitest";
import { timedWrites } from "./durable.ts";
import { createPrometheusMetrics } from "./prometheusMetrics.ts";

it("gives what the write gives, throws what it throws, and times both under the point's name", async () => {
  const metrics = createPrometheusMetrics();
  let now = 0;
  const durable = timedWrites(metrics, () => now);
  expect(await durable("ingest.rows", async () => ((now += 30), "written"))).toBe("written");
  const full = new AnamnesisError({ code: "storage-full", rule: "There is space.", fix: "Free some." });
  const failed = durable("ingest.rows", async () => {
    now += 2000;
    throw full;
  });
  await expect(failed).rejects.toBe(full);
  const text = await metrics.render();
  expect(text).toContain('anamnesis_write_seconds_count{point="ingest.rows"} 2');
  expect(text).toContain('anamnesis_write_seconds_sum{point="ingest.rows"} 2.03');
});
