import type { IncomingMessage, ServerResponse } from "node:http";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { createServer, type Server } from "../http/server.ts";
import { problemOf } from "../http/problem.ts";
import { createPages, isLasting } from "../portal/pages/pages.ts";
import { readPages } from "../portal/pages/readPages.ts";
import { connectRedisSessionStore } from "../portal/session/redisSessionStore.ts";
import type { Running } from "../runProcess.ts";
import { createJsonLogger } from "../runtime/jsonLogger.ts";
import { placeOf } from "../runtime/placeOf.ts";
import { createPrometheusMetrics } from "../runtime/prometheusMetrics.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { checkMain } from "./checkMain.ts";
import { createForwarder } from "./forward.ts";
import type { FrontConfig } from "./frontConfig.ts";
import { createFrontGate } from "./frontGate.ts";

/**
 * Starts a front of a node: it answers for files that never change, ends what no session stands for, and passes everything else on to the main process, whether that runs already or not.
 * Throws `bad-config` when it is another node's, `sessions-unavailable`, `port-in-use`.
 */
export async function startFront(config: FrontConfig): Promise<Running> {
  const { main, organisation, publicUrl } = config;
  await checkMain(config);
  const log = createJsonLogger(config.logLevel);
  const store = await connectRedisSessionStore(config.redisUrl, organisation, log);
  let stopping = false;
  const forwarder = createForwarder(main, () => stopping);
  const gate = createFrontGate(store, publicUrl);
  const pages = createPages({
    files: await readPages(config.pages),
    // Pages and workers, with which a policy comes that counts, are the main process's.
    origins: { all: async () => new Set() },
    random: systemRandom,
    url: () => publicUrl,
  });

  const serveFile = async ({ method, url = "", headers }: IncomingMessage, response: ServerResponse) => {
    const [path = ""] = url.split("?");
    if ((method !== "GET" && method !== "HEAD") || !isLasting(path)) return false;
    const { "accept-encoding": acceptEncoding, "if-none-match": ifNoneMatch } = headers;
    const answer = await pages.answer({ path, accept: undefined, acceptEncoding, ifNoneMatch });
    if (answer === null) return false;
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
    response.end(method === "HEAD" ? undefined : answer.body);
    return true;
  };

  const refuse = (error: unknown, request: IncomingMessage, response: ServerResponse, cookies: string[]) => {
    const incident = toHex(systemRandom.bytes(8));
    const problem = problemOf(error, incident);
    if (problem.code === "internal") log.error("defect", { incident, route: "front", at: placeOf(error) });
    if (problem.status >= 500) log.warn("http", { route: "front", code: problem.code });
    response.writeHead(problem.status, {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(problem.status === 503 ? { "retry-after": String(problem.meta["retryAfter"] ?? 1) } : {}),
      ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
      // What is left of a body would have to be read to its end before the next request.
      ...(stopping || !request.complete ? { connection: "close" } : {}),
    });
    response.end(JSON.stringify(problem));
    request.resume();
  };

  let server: Server;
  try {
    server = await createServer({
      host: config.host,
      port: config.port,
      // Nothing signed is taken here, only passed on.
      after: -1,
      handlers: [],
      proxies: config.proxies,
      context: {
        clock: systemClock,
        random: systemRandom,
        timers: systemTimers,
        log,
        metrics: createPrometheusMetrics(),
      },
      raw: [
        {
          name: "front",
          path: "*",
          streams: true,
          handle: async (request, response, ip) => {
            const cookies: string[] = [];
            try {
              if (await serveFile(request, response)) return;
              await gate.admit(request, ip, (text) => void cookies.push(text));
              await forwarder.forward(request, response, ip);
            } catch (error) {
              refuse(error, request, response, cookies);
            }
          },
        },
      ],
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  const { url, close } = server;
  log.info("started", { organisation, url });
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    stopping = true;
    await close();
    forwarder.close();
    await store.close();
  };
  return { url, organisation, stop: () => (stopped ??= stop()) };
}
