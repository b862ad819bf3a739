import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { Problem } from "@anamnesis/api/errorStatus";
import { contentDigest } from "@anamnesis/api/http/contentDigest";
import { signHttp } from "@anamnesis/api/http/signature";
import { bytes, cbor, json, none, route } from "@anamnesis/api/route";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { struct, text } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { afterEach, describe, expect, it } from "vitest";
import { bytesOf, TestClock } from "../indexer/testing/testNode.ts";
import { handler, type Handler } from "../routes/handler.ts";
import { createJsonLogger } from "../runtime/jsonLogger.ts";
import { createPrometheusMetrics } from "../runtime/prometheusMetrics.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { createServer, type RawMount, type Server, type ServerOptions } from "./server.ts";

const word = defineFormat("word", struct({ word: text(64) }), 128);
const routes = {
  echo: route({
    name: "echo",
    method: "POST",
    path: "/v1/echo",
    signed: true,
    request: cbor(word),
    answer: cbor(word),
    codes: [],
  }),
  blob: route({
    name: "blob",
    method: "PUT",
    path: "/v1/blobs/:cid",
    signed: false,
    request: bytes(100_000),
    answer: none,
    codes: [],
  }),
  hold: route({
    name: "hold",
    method: "GET",
    path: "/v1/hold",
    signed: false,
    request: none,
    answer: json<{ held: boolean }>(),
    codes: [],
  }),
  fail: route({
    name: "fail",
    method: "POST",
    path: "/v1/fail/:secret",
    signed: false,
    request: cbor(word),
    answer: none,
    codes: [],
  }),
} as const;

const SECRET = bytesOf("http key");
const KEYID = toHex(ed25519PublicKey(SECRET));

const opened: Server[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

interface Started {
  readonly server: Server;
  readonly host: string;
  readonly clock: TestClock;
  readonly lines: string[];
  readonly signers: (string | null)[];
}

async function start(
  handlers: readonly Handler[] = [],
  options: Pick<
    Partial<ServerOptions>,
    "rate" | "mostInFlight" | "port" | "after" | "raw" | "proxies" | "timeouts"
  > = {},
): Promise<Started> {
  const clock = new TestClock();
  const lines: string[] = [];
  const signers: (string | null)[] = [];
  const server = await createServer({
    host: "127.0.0.1",
    port: 0,
    after: -1,
    context: {
      clock,
      random: systemRandom,
      timers: systemTimers,
      metrics: createPrometheusMetrics(),
      log: createJsonLogger("info", { write: (line: string) => void lines.push(line) }),
    },
    handlers: [
      handler(routes.echo, async ({ request, signer }) => {
        signers.push(signer);
        return request;
      }),
      ...handlers,
    ],
    ...options,
  });
  opened.push(server);
  return { server, host: new URL(server.url).host, clock, lines, signers };
}

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends exactly these headers and bytes, whatever they say. */
function send({ url }: Server, { method, path, headers, body }: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const outgoing = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(Buffer.from(body));
  });
}

const get = (server: Server, path: string): Promise<Received> =>
  send(server, { method: "GET", path, headers: {}, body: new Uint8Array() });

/** A request as the client makes it. */
async function signed(
  { host, clock }: Started,
  value = "hello",
  nonce = systemRandom.bytes(16),
): Promise<Sent> {
  const body = word.encode({ word: value });
  const parts = {
    method: "POST",
    authority: host,
    path: routes.echo.path,
    query: "?",
    contentDigest: contentDigest(body),
  };
  const signer = { keyid: KEYID, sign: (message: Uint8Array) => ed25519Sign(message, SECRET) };
  const headers = await signHttp(parts, signer, clock.now(), nonce);
  return {
    method: "POST",
    path: routes.echo.path,
    headers: { host, "content-type": "application/cbor", ...headers },
    body,
  };
}

function problem({ body, headers }: Received): Problem {
  expect(headers["content-type"]).toContain("application/problem+json");
  return JSON.parse(body.toString()) as Problem;
}

const codeOf = (received: Received): [status: number, code: string] => [
  received.status,
  problem(received).code,
];

/** A handler that waits for `release`; `begun` resolves once for each request whose work began. */
function gate(): { handler: Handler; begun: () => Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const waiting: (() => void)[] = [];
  return {
    handler: handler(routes.hold, async () => {
      waiting.shift()?.();
      await released;
      return { held: true };
    }),
    begun: () => new Promise((resolve) => waiting.push(resolve)),
    release: () => release(),
  };
}

describe("a signed request", () => {
  it("is let in and answered, with the signer's key", async () => {
    const started = await start();
    const received = await send(started.server, await signed(started));
    expect(received.status).toBe(200);
    expect(word.decode(Uint8Array.from(received.body))).toEqual({ word: "hello" });
    expect(received.headers).toMatchObject({
      "content-type": "application/cbor",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(started.signers).toEqual([KEYID]);
  });

  it.each<[what: string, tamper: (sent: Sent) => void]>([
    ["body", (sent) => (sent.body = word.encode({ word: "other" }))],
    [
      "body with its digest",
      (sent) => {
        sent.body = word.encode({ word: "other" });
        sent.headers["content-digest"] = contentDigest(sent.body);
      },
    ],
    ["query", (sent) => (sent.path += "?from=1")],
    ["host", (sent) => (sent.headers["host"] = "another.example")],
    ["nonce", (sent) => replace(sent, /nonce="../, 'nonce="ff')],
    ["time", (sent) => replace(sent, /created=\d+/, (text) => `created=${Number(text.slice(8)) + 1}`)],
    ["key", (sent) => replace(sent, /0x[0-9a-f]{64}/, toHex(ed25519PublicKey(bytesOf("another key"))))],
    ["components", (sent) => replace(sent, ' "@query"', "")],
    ["tag", (sent) => replace(sent, 'tag="anamnesis"', 'tag="other"')],
    ["signature's label", (sent) => (sent.headers["signature"] = `x${sent.headers["signature"]}`)],
    ["signature (left out)", (sent) => delete sent.headers["signature"]],
    ["signature input (left out)", (sent) => delete sent.headers["signature-input"]],
    ["digest (left out)", (sent) => delete sent.headers["content-digest"]],
  ])("is refused after a change of its %s", async (_what, tamper) => {
    const started = await start();
    const sent = await signed(started);
    tamper(sent);
    expect(codeOf(await send(started.server, sent))).toEqual([401, "bad-http-signature"]);
    expect(started.signers).toEqual([]);
  });

  it("is refused on another path or with another method than was signed", async () => {
    const other = (name: string, path: string, method: "POST" | "PUT") =>
      handler({ ...routes.echo, name, path, method }, async ({ request }) => request);
    const started = await start([
      other("path", "/v1/other", "POST"),
      other("method", routes.echo.path, "PUT"),
    ]);
    const onPath = { ...(await signed(started)), path: "/v1/other" };
    expect(codeOf(await send(started.server, onPath))).toEqual([401, "bad-http-signature"]);
    const withMethod = { ...(await signed(started)), method: "PUT" };
    expect(codeOf(await send(started.server, withMethod))).toEqual([401, "bad-http-signature"]);
  });

  function replace(sent: Sent, what: string | RegExp, by: string | ((text: string) => string)): void {
    const before = sent.headers["signature-input"] ?? "";
    const after = before.replace(what, by as string);
    expect(after).not.toBe(before);
    sent.headers["signature-input"] = after;
  }

  it("is not taken while one of before could be admitted again, and never with a time of before", async () => {
    const begin = new TestClock().time;
    const started = await start([], { after: begin + 5 });
    const { server, clock } = started;
    const early = await send(server, await signed(started));
    // A client that waits so long is admitted.
    expect([...codeOf(early), early.headers["retry-after"]]).toEqual([503, "node-starting", "6"]);
    clock.time = begin + 5;
    const captured = await signed(started);
    expect(codeOf(await send(server, captured))).toEqual([503, "node-starting"]);
    clock.time = begin + 6;
    expect(codeOf(await send(server, captured))).toEqual([503, "node-starting"]);
    expect((await send(server, await signed(started))).status).toBe(200);
  });

  it("counts once, within two minutes, and hardly ahead of time", async () => {
    const started = await start();
    const { server, clock } = started;
    const begin = clock.time;
    const sent = await signed(started);
    expect((await send(server, sent)).status).toBe(200);
    expect(codeOf(await send(server, sent))).toEqual([401, "replayed-http-signature"]);
    const made = async (time: number): Promise<Sent> => {
      clock.time = time;
      return signed(started);
    };
    const [old, ahead, near] = [await made(begin + 10), await made(begin + 137), await made(begin + 136)];
    clock.time = begin + 10 + 121;
    expect((await send(server, near)).status).toBe(200);
    expect(codeOf(await send(server, old))).toEqual([401, "stale-http-signature"]);
    expect(codeOf(await send(server, ahead))).toEqual([401, "stale-http-signature"]);
    // While the first one is stale it is refused as such; its nonce need not be remembered for ever.
    expect(codeOf(await send(server, sent))).toEqual([401, "stale-http-signature"]);
    expect(parseUnixSeconds(clock.time)).toBe(begin + 131);
  });

  it("does not use up its nonce when the signature does not hold", async () => {
    const started = await start();
    const nonce = systemRandom.bytes(16);
    const sent = await signed(started, "hello", nonce);
    const forged = { ...sent, body: word.encode({ word: "other" }) };
    expect(codeOf(await send(started.server, forged))).toEqual([401, "bad-http-signature"]);
    expect((await send(started.server, sent)).status).toBe(200);
  });
});

describe("form and size", () => {
  it("has a largest body for each route", async () => {
    const { server } = await start([handler(routes.blob, async () => undefined)]);
    const put = (length: number) =>
      send(server, { method: "PUT", path: "/v1/blobs/x", headers: {}, body: new Uint8Array(length) });
    expect((await put(100_000)).status).toBe(204);
    expect(codeOf(await put(100_001))).toEqual([413, "too-large"]);
    const post = { method: "POST", path: routes.echo.path, headers: {}, body: new Uint8Array(128 + 65) };
    expect(codeOf(await send(server, post))).toEqual([413, "too-large"]);
  });

  it("answers unknown routes and unreadable paths in its own form, without repeating them", async () => {
    const { server, lines } = await start([handler(routes.blob, async () => undefined)]);
    for (const [path, expected] of [
      ["/v1/canary", [404, "not-found"]],
      ["/v1/echo", [404, "not-found"]],
      ["/v1/blobs/%zzcanary", [400, "bad-request"]],
    ] as const) {
      const received = await get(server, path);
      expect([path, codeOf(received)]).toEqual([path, expected]);
      expect(received.body.toString()).not.toContain("canary");
    }
    expect(lines.join("")).not.toContain("canary");
  });

  it("names the decoder's code when a structure is not well formed", async () => {
    const { server } = await start([handler(routes.fail, async () => undefined)]);
    const post = (body: Uint8Array) =>
      send(server, { method: "POST", path: "/v1/fail/x", headers: {}, body });
    const [status, code] = codeOf(await post(utf8ToBytes("{}")));
    expect(status).toBe(400);
    expect(code).toBe("not-canonical");
    expect(codeOf(await post(new Uint8Array()))).toEqual([400, "not-canonical"]);
  });
});

describe("a handler that fails", () => {
  const CANARY = "canary-7d1f";

  it.each<[what: string, thrown: unknown]>([
    ["a message", new TypeError(`${CANARY}\n    at ${CANARY} (file:///${CANARY}.ts:1:1)`)],
    ["a cause", new TypeError("x", { cause: new TypeError(CANARY) })],
    ["a name and a code", Object.assign(new TypeError("x"), { name: CANARY, code: CANARY })],
    ["a text", CANARY],
    ["fields", { message: CANARY, statusCode: 418, code: CANARY }],
    [
      "a defect of ours",
      new AnamnesisError({ code: "defect", rule: CANARY, fix: CANARY, meta: { x: CANARY } }),
    ],
    ["no stack", Object.assign(new TypeError(CANARY), { stack: CANARY })],
  ])("shows nothing of %s, in answer or log", async (_what, thrown) => {
    const { server, lines } = await start([
      handler(routes.fail, async () => {
        throw thrown;
      }),
    ]);
    const body = word.encode({ word: CANARY });
    const received = await send(server, { method: "POST", path: `/v1/fail/${CANARY}`, headers: {}, body });
    const answered = problem(received);
    expect([received.status, answered.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(received) + received.body.toString()).not.toContain(CANARY);
    expect(lines.join("")).not.toContain(CANARY);
    const { incident } = answered.meta;
    expect(incident).toMatch(/^0x[0-9a-f]{16}$/);
    expect(lines.filter((line) => line.includes(String(incident)))).toHaveLength(1);
  });

  it("passes on the code of an error of ours", async () => {
    const { server } = await start([
      handler(routes.fail, async () => {
        throw new AnamnesisError({ code: "chain-conflict", rule: "A.", fix: "B.", meta: { size: 1 } });
      }),
    ]);
    const body = word.encode({ word: "x" });
    const received = await send(server, { method: "POST", path: "/v1/fail/x", headers: {}, body });
    expect(problem(received)).toEqual({
      type: "about:blank",
      status: 409,
      title: "A.",
      detail: "B.",
      code: "chain-conflict",
      meta: { size: 1 },
    });
  });
});

describe("load", () => {
  it("refuses with 429 and Retry-After what is more than the rate, also on unknown routes", async () => {
    const started = await start([], { rate: { rate: 0.001, burst: 4 } });
    const { server } = started;
    // A signed request counts for its address and for its key.
    for (let i = 0; i < 3; i++) expect((await send(server, await signed(started))).status).toBe(200);
    expect(codeOf(await get(server, "/nothing"))).toEqual([404, "not-found"]);
    const refused = await send(server, await signed(started));
    expect(codeOf(refused)).toEqual([429, "rate-limited"]);
    expect(refused.headers["retry-after"]).toBe("1000");
    expect(codeOf(await get(server, "/nothing"))).toEqual([429, "rate-limited"]);
  });

  it("takes a proxy's word about who called, and nobody else's", async () => {
    const ask = (server: Server, forwarded: string): Promise<Received> =>
      send(server, {
        method: "GET",
        path: "/nothing",
        headers: { "x-forwarded-for": forwarded },
        body: new Uint8Array(),
      });
    const rate = { rate: 0.001, burst: 1 };
    const behind = await start([], { rate, proxies: ["127.0.0.1", "10.0.0.0/8"] });
    expect((await ask(behind.server, "198.51.100.1")).status).toBe(404);
    // The last one that is no proxy counts: what comes before it anyone may have written.
    expect((await ask(behind.server, "198.51.100.1, 198.51.100.2, 10.1.2.3")).status).toBe(404);
    expect((await ask(behind.server, "198.51.100.9, 198.51.100.2")).status).toBe(429);
    const alone = await start([], { rate });
    expect((await ask(alone.server, "198.51.100.1")).status).toBe(404);
    expect((await ask(alone.server, "198.51.100.2")).status).toBe(429);
  });

  it("refuses with 503 and Retry-After what is above the bound, and goes on afterwards", async () => {
    const hold = gate();
    const { server } = await start([hold.handler], { mostInFlight: 2 });
    const begun = [hold.begun(), hold.begun()];
    const held = [get(server, "/v1/hold"), get(server, "/v1/hold")];
    await Promise.all(begun);
    const refused = await get(server, "/v1/hold");
    expect(codeOf(refused)).toEqual([503, "busy"]);
    expect(refused.headers["retry-after"]).toBe("1");
    hold.release();
    for (const received of await Promise.all(held)) expect(received.status).toBe(200);
    expect((await get(server, "/v1/hold")).status).toBe(200);
  });

  it("holds what answers by itself to the same limits", async () => {
    const work = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const raw: RawMount = {
      name: "raw",
      path: "/raw/*",
      handle: async (_request, response) => {
        begun.resolve();
        await work.promise;
        response.end("by itself");
      },
    };
    const { server } = await start([], { raw: [raw], mostInFlight: 1 });
    const held = get(server, "/raw/one");
    await begun.promise;
    expect(codeOf(await get(server, "/raw/two"))).toEqual([503, "busy"]);
    work.resolve();
    expect((await held).body.toString()).toBe("by itself");
    const limited = await start([], { raw: [raw], rate: { rate: 0.001, burst: 2 } });
    expect((await get(limited.server, "/raw/one")).status).toBe(200);
    expect((await get(limited.server, "/raw/two")).status).toBe(200);
    expect(codeOf(await get(limited.server, "/raw/three"))).toEqual([429, "rate-limited"]);
  });

  it("tells what answers by itself who called, by a proxy's word alone", async () => {
    const raw: RawMount = {
      name: "raw",
      path: "*",
      handle: async (_request, response, ip) => void response.end(ip),
    };
    const ask = async (server: Server): Promise<string> => {
      const headers = { "x-forwarded-for": "198.51.100.1" };
      const { body } = await send(server, { method: "GET", path: "/", headers, body: new Uint8Array() });
      return body.toString();
    };
    const behind = await start([], { raw: [raw], proxies: ["127.0.0.1"] });
    const alone = await start([], { raw: [raw] });
    expect([await ask(behind.server), await ask(alone.server)]).toEqual(["198.51.100.1", "127.0.0.1"]);
  });

  it("forgets requests whose client went away before the body was there", async () => {
    const { server, host } = await start([handler(routes.blob, async () => undefined)], { mostInFlight: 3 });
    const { hostname, port } = new URL(server.url);
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          const head = `PUT /v1/blobs/x HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`;
          socket.write(head);
        });
        // The server has taken the request when it asks for the body, or refuses.
        socket.once("data", () => socket.destroy());
        socket.once("close", () => resolve());
      });
    }
    const body = new Uint8Array(10);
    let status = 503;
    // Each turn is a round trip, in which the server notices a closed connection.
    for (let turn = 0; turn < 50 && status === 503; turn++) {
      ({ status } = await send(server, { method: "PUT", path: "/v1/blobs/x", headers: {}, body }));
    }
    expect(status).toBe(204);
  });

  it("counts work whose client went away until it is done", async () => {
    const hold = gate();
    const { server } = await start([hold.handler], { mostInFlight: 1 });
    const { hostname, port } = new URL(server.url);
    const begun = hold.begun();
    const aborted = new Promise<void>((resolve) => {
      const outgoing = httpRequest({ hostname, port, path: "/v1/hold", agent: false });
      outgoing.on("error", () => undefined);
      outgoing.on("close", () => resolve());
      outgoing.end();
      void begun.then(() => outgoing.destroy());
    });
    await aborted;
    for (let turn = 0; turn < 3; turn++) {
      expect(codeOf(await get(server, "/nothing"))).toEqual([503, "busy"]);
    }
    hold.release();
    let status = 503;
    for (let turn = 0; turn < 50 && status === 503; turn++) ({ status } = await get(server, "/nothing"));
    expect(status).toBe(404);
  });

  it("finishes what is under way when it closes, and takes nothing more", async () => {
    const hold = gate();
    const { server } = await start([hold.handler]);
    const begun = hold.begun();
    const held = get(server, "/v1/hold");
    await begun;
    const closed = server.close();
    await expect(get(server, "/v1/hold")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    hold.release();
    expect((await held).status).toBe(200);
    await closed;
  });

  it("ends connections that have sent no whole request at once when it closes, and answers the others", async () => {
    const hold = gate();
    const { server, host } = await start([hold.handler]);
    const { hostname, port } = new URL(server.url);
    const ended = ["", "GET /v1/hold HTTP/1.1\r\nHost:"].map((sent) => {
      const socket = connect(Number(port), hostname, () => socket.write(sent));
      return new Promise<void>(
        (resolve) => void socket.on("error", () => undefined).once("close", () => resolve()),
      );
    });
    // Connections are accepted in the order in which they came.
    expect((await get(server, "/nothing")).status).toBe(404);
    const begun = hold.begun();
    const kept = connect(Number(port), hostname, () =>
      kept.write(`GET /v1/hold HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    );
    let answer = "";
    kept.on("data", (piece) => (answer += String(piece)));
    const over = new Promise<void>((resolve) => void kept.once("close", () => resolve()));
    await begun;
    const closed = server.close();
    await Promise.all(ended);
    expect(answer).toBe("");
    hold.release();
    // Although its client would have kept it for further requests.
    await Promise.all([over, closed]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*connection: close\r\n.*"held"/is);
  });

  it("waits for requests under way no longer than a bound when it closes", async () => {
    const hold = gate();
    const { server, host } = await start([hold.handler, handler(routes.blob, async () => undefined)], {
      timeouts: { request: 60_000, headers: 10_000, idle: 65_000, look: 1000, drain: 50 },
    });
    const begun = hold.begun();
    const held = get(server, "/v1/hold");
    await begun;
    const { hostname, port } = new URL(server.url);
    const head = `PUT /v1/blobs/x HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n`;
    const stalled = connect(Number(port), hostname, () => stalled.write(head));
    // The server has taken its request when it asks for the body.
    await new Promise((resolve) => void stalled.on("error", () => undefined).once("data", resolve));
    const over = new Promise<void>((resolve) => void stalled.once("close", () => resolve()));
    await Promise.all([server.close(), over, expect(held).rejects.toMatchObject({ code: "ECONNRESET" })]);
    hold.release();
  });

  it("says that a port is in use", async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    await expect(start([], { port })).rejects.toMatchObject({ code: "port-in-use", meta: { port } });
  });
});
