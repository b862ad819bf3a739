import { writeSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { cbor, json, none, route } from "@anamnesis/api/route";
import { struct, text } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { handler } from "../routes/handler.ts";
import { createJsonLogger } from "../runtime/jsonLogger.ts";
import { createPrometheusMetrics } from "../runtime/prometheusMetrics.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { createServer } from "./server.ts";

/**
 * A process of its own with a node's HTTP server, its timeouts in milliseconds from the arguments: request, headers, drain. It writes its
 * address, then `held` for each request that it holds until `go` comes on standard input. `/v1/memory` says what it uses after
 * a collection. SIGTERM stops it as it stops a node.
 */
const [, , request = "60000", headers = "10000", drain = "15000"] = process.argv;
const word = defineFormat("word", struct({ word: text(64) }), 128);
const go = Promise.withResolvers<void>();
createInterface({ input: process.stdin }).on("line", () => go.resolve());

const open = { signed: false, request: none, codes: [] } as const;
const echo = route({
  name: "echo",
  method: "POST",
  path: "/v1/echo",
  signed: true,
  request: cbor(word),
  answer: cbor(word),
  codes: [],
});
const hold = route({ ...open, name: "hold", method: "GET", path: "/v1/hold", answer: json<string>() });
const memory = route({
  ...open,
  name: "memory",
  method: "GET",
  path: "/v1/memory",
  answer: json<{ heap: number; rss: number }>(),
});

const server = await createServer({
  host: "127.0.0.1",
  port: 0,
  after: -1,
  rate: { rate: 1e6, burst: 1e6 },
  timeouts: {
    request: Number(request),
    headers: Number(headers),
    idle: 65_000,
    look: 50,
    drain: Number(drain),
  },
  context: {
    clock: systemClock,
    random: systemRandom,
    timers: systemTimers,
    metrics: createPrometheusMetrics(),
    log: createJsonLogger("silent"),
  },
  handlers: [
    handler(echo, async ({ request: value }) => value),
    handler(hold, async () => {
      writeSync(1, "held\n");
      await go.promise;
      return "finished";
    }),
    handler(memory, async () => {
      (globalThis as { gc?: () => void }).gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      return { heap: heapUsed, rss };
    }),
  ],
});
writeSync(1, `${server.url}\n`);
process.once("SIGTERM", () => {
  writeSync(1, "stopping\n");
  void server.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
