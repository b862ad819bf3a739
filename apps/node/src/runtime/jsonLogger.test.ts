import { expect, it } from "vitest";
import { createJsonLogger, type LogLevel } from "./jsonLogger.ts";

function logged(level: LogLevel): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createJsonLogger(level, { write: (line) => void lines.push(line) });
  log.info("started", { port: 8080 });
  log.warn("worker-failed", { code: "ledger-unavailable" });
  log.error("defect");
  return lines.map((line) => {
    expect(line).toMatch(/^[^\n]+\n$/);
    return JSON.parse(line) as Record<string, unknown>;
  });
}

it("writes one line of JSON an event, with its time and nothing about the machine", () => {
  const [started] = logged("info");
  expect(Object.keys(started ?? {}).toSorted()).toEqual(["event", "level", "port", "time"]);
  expect(started).toMatchObject({ event: "started", port: 8080 });
  expect(started?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

it("keeps to its level", () => {
  const events = (level: LogLevel): unknown[] => logged(level).map(({ event }) => event);
  expect(events("info")).toEqual(["started", "worker-failed", "defect"]);
  expect(events("warn")).toEqual(["worker-failed", "defect"]);
  expect(events("error")).toEqual(["defect"]);
  expect(events("silent")).toEqual([]);
});

it("keeps an event on one line whatever a field holds", () => {
  const lines: string[] = [];
  createJsonLogger("info", { write: (line) => void lines.push(line) }).info("a", { code: "b\n{}" });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toContain("\n");
});
