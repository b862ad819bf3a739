import { errorStatus, WITNESS_SIZE_TYPE } from "@anamnesis/api/errorStatus";
import { digestOf } from "@anamnesis/api/http/contentDigest";
import { decodeJson, encodeJson } from "@anamnesis/api/http/jsonBody";
import type { Body, Download } from "@anamnesis/api/route";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AnamnesisError } from "@anamnesis/core/errors";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { NodeContext } from "../context.ts";
import type { Handler } from "../routes/handler.ts";
import { placeOf } from "../runtime/placeOf.ts";
import type { Visit } from "../portal/visit.ts";
import type { Pages } from "../portal/pages/pages.ts";
import { parseByteRange } from "./byteRange.ts";
import { followConnections } from "./connections.ts";
import { type AllowedOrigins, allowOrigin, mountPreflight } from "./crossOrigin.ts";
import { isFhir, mountFhir, refuseFhir, type SteppedFhir } from "./mountFhir.ts";
import { mountPages } from "./mountPages.ts";
import { networkOf } from "./networkOf.ts";
import type { PortalGate } from "./portalGate.ts";
import { problemOf } from "./problem.ts";
import { RateLimit } from "./rateLimit.ts";
import { receiveUpload } from "./receiveUpload.ts";
import { sendDownload } from "./sendDownload.ts";
import { SignatureGate } from "./signatureGate.ts";
import { UploadSlots } from "./uploadSlots.ts";

/** Requests that are worked on at once by default; more are told to come again. */
const MOST_IN_FLIGHT = 512;
const MOST_CONNECTIONS = 2048;
/** Large bodies for the FHIR server, which are held in memory, at once. */
const MOST_LARGE_BODIES = 8;
/** How long a client may take, in milliseconds. */
export interface ServerTimeouts {
  /** For the whole request, its body included; streamed bodies have a pace instead. */
  readonly request: number;
  readonly headers: number;
  /** Between two requests of one connection. */
  readonly idle: number;
  /** How often connections are looked at; a limit holds to within it. */
  readonly look: number;
  /** For the rest of a request, and for its answer, when the server closes. */
  readonly drain: number;
}

const TIMEOUTS: ServerTimeouts = {
  request: 60_000,
  headers: 10_000,
  idle: 65_000,
  look: 1000,
  // What ends processes by force gives them 20 or 30 s as a rule, and workers end their pass after this.
  drain: 15_000,
};
/** Seconds after which a client that was refused may come again, where the refusal does not say. */
const COME_AGAIN = 1;
const NO_ORIGINS: AllowedOrigins = { all: async () => new Set() };
/** Milliseconds in which a streamed body moves on by 256 KiB. */
const STREAM_TURN = 30_000;
/** Milliseconds for which the rest of a refused body is read and thrown away, so that its sender hears the refusal. */
const LINGER = 3_000;
const SMALL_BODY = 16 * 1024;
const IMMUTABLE = "public, max-age=31536000, immutable";

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** No request of this time or before is taken, see `admittedBefore`. */
  readonly after: number;
  readonly handlers: readonly Handler[];
  /** Served at `/fhir`; none by default. */
  readonly fhir?: SteppedFhir;
  /** Other nodes' pages that may call the routes that allow it; none by default. */
  readonly origins?: AllowedOrigins;
  /** Lets browsers at the routes with a session; without it such a route answers nobody. */
  readonly portal?: PortalGate;
  /** The node's own pages; none by default. */
  readonly pages?: Pages;
  /** Addresses and networks of proxies in front, whose word about who called is taken; none by default. */
  readonly proxies?: readonly string[];
  /** What answers by itself; none by default. */
  readonly raw?: readonly RawMount[];
  readonly context: Pick<NodeContext, "clock" | "random" | "timers" | "log" | "metrics">;
  /** For each address and for each signing key; 1000 a second and 4000 at once by default. */
  readonly rate?: { readonly rate: number; readonly burst: number };
  /** Requests that are worked on at once; 512 by default. */
  readonly mostInFlight?: number;
  /** Shorter ones for tests; 60 s a request, 10 s its headers, 65 s idle, 15 s at the end by default. */
  readonly timeouts?: ServerTimeouts;
  /** Bodies that stream in at once; 32 by default. */
  readonly mostUploads?: number;
  /** Milliseconds in which a streamed body moves on by 256 KiB; 30,000 by default. */
  readonly streamTurn?: number;
}

/** A part of the server that reads requests and writes answers itself. The limits of the others hold for it too. */
export interface RawMount {
  /** For logs and metrics. */
  readonly name: string;
  /** A path, or all below one: `/oauth/*`. */
  readonly path: string;
  /** Its bodies move at a pace of their own, instead of coming whole within the time for a request. */
  readonly streams?: true;
  /**
   * Answers always, whatever comes, and reads the body if it wants it. Resolves when its work is done; what it throws is a defect.
   * @param ip who called, as far as the proxies in front are believed.
   */
  handle(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void>;
}

export interface Server {
  readonly url: string;
  /**
   * Stops accepting, ends connections without a request, and waits for the requests under way; for none longer than `ServerTimeouts.drain`, after which their connections end too, though not the work that they
   * began.
   */
  close(): Promise<void>;
}

/** Serves the handlers on one address. Throws `port-in-use`, `bad-config` for a host that is not this machine's. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { context, handlers, host, port, mostInFlight = MOST_IN_FLIGHT, timeouts = TIMEOUTS } = options;
  const app = fastify({
    logger: false,
    bodyLimit: SMALL_BODY,
    // Node's own cannot tell an upload that moves on from a body that stalls, so it is kept by `boundBody`.
    requestTimeout: 0,
    keepAliveTimeout: timeouts.idle,
    connectionTimeout: timeouts.idle,
    http: { connectionsCheckingInterval: timeouts.look, headersTimeout: timeouts.headers },
    forceCloseConnections: "idle",
    exposeHeadRoutes: false,
    trustProxy: options.proxies === undefined || options.proxies.length === 0 ? false : [...options.proxies],
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      if (options.fhir !== undefined && isFhir(request.raw.url))
        refuseFhir(error, reply, context, fromFramework);
      else answerProblem(error, request, reply, context);
    },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  const connections = followConnections(app.server);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  const gate = new SignatureGate(options.after);
  const limit = new RateLimit(options.rate ?? { rate: 1000, burst: 4000 });
  // Two counts, since a client that goes away ends its response, but not the work that it began.
  const load = { open: 0, working: 0 };
  const { origins = NO_ORIGINS } = options;
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.crossOrigin === true) await allowOrigin(request, reply, origins);
    load.open++;
    reply.raw.once("close", () => load.open--);
    if (load.open > mostInFlight || load.working >= mostInFlight) throw busy();
    limit.take(networkOf(request.ip), performance.now());
    if (request.routeOptions.config.streams !== true) boundBody(request, context, timeouts.request);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.config.name ?? "unknown";
    context.metrics.count("http_requests_total", { route, status: String(reply.statusCode) });
    context.metrics.time("http_request_seconds", reply.elapsedTime / 1000, { route });
    if (reply.statusCode >= 500) {
      context.log.warn("http", { route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) });
    }
  });
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply, context));
  app.setNotFoundHandler((request, reply) => answerProblem(noRoute(), request, reply, context));
  const gates: Gates = {
    gate,
    limit,
    load,
    uploads: new UploadSlots(options.mostUploads),
    turn: options.streamTurn ?? STREAM_TURN,
    portal: options.portal ?? null,
    context,
  };
  mountPreflight(app, handlers, origins);
  if (options.pages !== undefined) mountPages(app, options.pages);
  const streams = (handler: Handler): boolean => handler.route.request.type === "stream";
  for (const handler of handlers) if (!streams(handler)) mount(app, handler, gates);
  await app.register(async (scope) => {
    // Bodies of these routes are left unread: the handler reads them when it knows that it wants them.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, body, done) => done(null, body));
    for (const handler of handlers) if (streams(handler)) mount(scope, handler, gates);
    for (const one of options.raw ?? []) mountRaw(scope, one, gates);
  });
  if (options.fhir !== undefined) {
    await mountFhir(app, {
      ...options.fhir,
      load,
      slots: new UploadSlots(MOST_LARGE_BODIES),
      context,
      translate: fromFramework,
    });
  }
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, port);
  }
  const address = app.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const close = async (): Promise<void> => {
    const closed = new AbortController();
    const over = app.close().finally(() => closed.abort());
    connections.endWhenIdle();
    void context.timers.sleep(timeouts.drain, closed.signal).then(() => connections.endAll());
    await over;
  };
  return { url: `http://${host}:${bound}`, close };
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Name of the route, for logs and metrics: never its path with ids in it. */
    readonly name?: string;
    /** Its body is read by the handler. */
    readonly streams?: boolean;
    /** Pages of other origins may read its answers. */
    readonly crossOrigin?: boolean;
  }
}

interface Gates {
  readonly gate: SignatureGate;
  readonly limit: RateLimit;
  readonly load: { working: number };
  readonly uploads: UploadSlots;
  readonly turn: number;
  readonly portal: PortalGate | null;
  readonly context: ServerOptions["context"];
}

function mount(app: FastifyInstance, { route, handle }: Handler, gates: Gates): void {
  const { gate, limit, load, uploads, turn, portal, context } = gates;
  const streams = route.request.type === "stream";
  app.route({
    method: route.method,
    url: route.path,
    config: { name: route.name, streams, crossOrigin: route.crossOrigin === true },
    bodyLimit: bodyLimit(route.request),
    handler: async (request, reply) => {
      const body = request.body instanceof Uint8Array ? new Uint8Array(request.body) : new Uint8Array();
      const [path = "", ...search] = request.raw.url?.split("?") ?? [];
      const query = search.join("?");
      const contentDigest = single(request.headers["content-digest"]);
      const range = parseByteRange(single(request.headers["range"]), single(request.headers["if-range"]));
      let answer: unknown;
      try {
        const signer = route.signed
          ? gate.admit(
              {
                method: request.method,
                authority: request.headers.host ?? "",
                path,
                query: `?${query}`,
                body: streams ? null : body,
                contentDigest,
                signatureInput: single(request.headers["signature-input"]),
                signature: single(request.headers["signature"]),
              },
              context.clock.now(),
            )
          : null;
        if (signer !== null) limit.take(signer, performance.now());
        const visit = await visitOf(route.session, portal, request, reply);
        const upload = streams
          ? receiveUpload(request.raw, {
              digest: digestOf(contentDigest) ?? refuseDigest(),
              maxBytes: bodyLimit(route.request),
              turn,
              takeSlot: () => uploads.take(signer),
            })
          : null;
        load.working++;
        try {
          answer = await handle({
            params: request.params as never,
            query: new URLSearchParams(query),
            request: upload ?? decode(route.request, body),
            signer,
            range,
            visit,
          });
        } finally {
          load.working--;
        }
      } finally {
        if (streams && !(await dropRest(request, context))) reply.header("connection", "close");
      }
      reply.header("x-content-type-options", "nosniff");
      if (route.answer.type === "stream") {
        return sendDownload(reply, answer as Download, { turn, partial: range !== null });
      }
      reply.header("cache-control", route.cache === "immutable" ? IMMUTABLE : "no-store");
      return send(reply, route.answer, answer);
    },
  });
}

function mountRaw(app: FastifyInstance, mounted: RawMount, { load, context }: Gates): void {
  const { name, path, streams = false } = mounted;
  app.all(path, { config: { name, streams } }, (request, reply) => {
    reply.hijack();
    load.working++;
    // Until the work is done: a client that goes away does not end it.
    void mounted
      .handle(request.raw, reply.raw, request.ip)
      .catch((error: unknown) => {
        const incident = toHex(context.random.bytes(8));
        context.log.error("defect", { incident, route: name, at: placeOf(error) });
        reply.raw.destroy();
      })
      .finally(() => load.working--);
  });
}

/** Of a browser at a route with a session; `null` at all others. */
async function visitOf(
  session: Handler["route"]["session"],
  portal: PortalGate | null,
  { method, headers, ip }: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit | null> {
  if (session === undefined) return null;
  if (portal === null) throw noRoute();
  const setCookie = (text: string): void => void reply.header("set-cookie", text);
  return portal.admit({ session, method, headers, network: networkOf(ip), setCookie });
}

/** A body that is read whole before its handler runs comes within a time, or the connection is closed. */
function boundBody(
  { raw }: FastifyRequest,
  { timers }: Pick<NodeContext, "timers">,
  milliseconds: number,
): void {
  const { "content-length": length, "transfer-encoding": encoding } = raw.headers;
  if ((length === undefined || length === "0") && encoding === undefined) return;
  const over = new AbortController();
  raw.once("close", () => over.abort());
  raw.once("end", () => over.abort());
  void timers.sleep(milliseconds, over.signal).then(() => {
    if (!over.signal.aborted && !raw.complete) raw.destroy();
  });
}

/**
 * Reads on, for a short time, what nobody wants: to answer and close at once could take the answer away from a sender that still writes. True when
 * the body is at its end, so that the connection can serve another request.
 */
async function dropRest({ raw }: FastifyRequest, { timers }: Pick<NodeContext, "timers">): Promise<boolean> {
  if (raw.complete || raw.destroyed) return raw.complete;
  const over = new AbortController();
  for (const event of ["close", "end", "error"]) raw.once(event, () => over.abort());
  raw.resume();
  await timers.sleep(LINGER, over.signal);
  return raw.complete;
}

/** The gate takes no signed request without it; an unsigned route that streams has nothing else to hold its body against. */
function refuseDigest(): never {
  throw new AnamnesisError({
    code: "bad-request",
    rule: "An upload names the SHA-256 of its bytes in Content-Digest (RFC 9530).",
    fix: "Send it with the client of this project, or see docs/api.md.",
  });
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? undefined : value;
}

function bodyLimit(body: Body<unknown>): number {
  if (body.type === "cbor") return body.format.maxBytes + 64;
  if (body.type === "bytes" || body.type === "stream" || body.type === "json") return body.maxBytes;
  return SMALL_BODY;
}

function decode(body: Body<unknown>, bytes: Uint8Array): unknown {
  if (body.type === "cbor") return body.format.decode(bytes);
  if (body.type === "text") return new TextDecoder().decode(bytes);
  if (body.type === "json") return decodeJson(body, new TextDecoder().decode(bytes));
  return body.type === "bytes" ? bytes : undefined;
}

function send(
  reply: FastifyReply,
  body: Exclude<Body<unknown>, { type: "stream" }>,
  answer: unknown,
): FastifyReply {
  switch (body.type) {
    case "none":
      return reply.code(204).send();
    case "cbor":
      return reply.type("application/cbor").send(body.format.encode(answer));
    case "bytes":
      return reply.type("application/octet-stream").send(answer);
    case "json":
      return reply.type("application/json; charset=utf-8").send(encodeJson(body, answer));
    case "text":
      return reply.type("text/plain; charset=utf-8").send(answer);
  }
}

function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerOptions["context"],
): FastifyReply {
  const incident = toHex(context.random.bytes(8));
  const problem = problemOf(fromFramework(error), incident);
  if (problem.code === "internal") {
    const route = request.routeOptions.config.name ?? "unknown";
    context.log.error("defect", { incident, route, at: placeOf(error) });
  }
  // RFC 9110 section 15.5.17.
  if (problem.status === 416) reply.header("content-range", `bytes */${String(problem.meta["size"])}`);
  if (problem.status === 429 || problem.status === 503) {
    reply.header("retry-after", String(problem.meta["retryAfter"] ?? COME_AGAIN));
  }
  reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  const size = problem.code === "witness-conflict" ? problem.meta["size"] : undefined;
  if (size !== undefined) return reply.code(409).type(WITNESS_SIZE_TYPE).send(`${size}\n`);
  return reply.code(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** What the framework itself refuses, in our words. */
function fromFramework(error: unknown): unknown {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new AnamnesisError({
      code: "too-large",
      rule: "A request has a largest size, which its route declares.",
      fix: "Split what you send, see docs/api.md for the limits.",
    });
  }
  if (typeof code === "string" && code.startsWith("FST_ERR_")) {
    return new AnamnesisError({
      code: "bad-request",
      rule: "A request is well-formed HTTP.",
      fix: "Check content type, length and path.",
      meta: { status: errorStatus("bad-request") },
    });
  }
  return error;
}

function noRoute(): AnamnesisError<"not-found"> {
  return new AnamnesisError({
    code: "not-found",
    rule: "There is no such route.",
    fix: "See docs/api.md for the routes.",
  });
}

function busy(): AnamnesisError<"busy"> {
  return new AnamnesisError({
    code: "busy",
    rule: "A node works on a bounded number of requests at once.",
    fix: "Wait for the seconds that Retry-After names.",
  });
}

function listenError(error: unknown, port: number): unknown {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new AnamnesisError({
      code: "bad-config",
      rule: "A node listens on an address of its own machine.",
      fix: "Mend `host` in the configuration; 127.0.0.1 is the default.",
      meta: { key: "host" },
    });
  }
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  return new AnamnesisError({
    code: "port-in-use",
    rule: "A node needs a port of its own.",
    fix: "Stop what listens there, or choose another port (0 takes a free one).",
    meta: { port },
  });
}
