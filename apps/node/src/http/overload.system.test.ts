import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { Agent, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { contentDigest } from "@anamnesis/api/http/contentDigest";
import { type HttpSigner, signHttp } from "@anamnesis/api/http/signature";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { struct, text } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { systemClock } from "../runtime/systemClock.ts";
import { afterEach, describe, expect, it } from "vitest";

const PROGRAM = fileURLToPath(new URL("serve.testProcess.ts", import.meta.url));
const children: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly port: number;
  /** The next line that it writes. */
  readonly line: () => Promise<string>;
  readonly exited: Promise<number | null>;
}

async function serve(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    PROGRAM,
    ...args,
  ]);
  children.push(child);
  child.stderr.resume();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    return next.done === true ? "" : next.value;
  };
  const exited = new Promise<number | null>((resolve) => void child.once("exit", resolve));
  return { child, port: Number(new URL(await line()).port), line, exited };
}

interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  readonly agent?: Agent;
}

function send(
  { port }: Running,
  { body, agent, ...options }: Sent,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const target = { host: "127.0.0.1", port, agent: agent ?? false, ...options };
    const outgoing = httpRequest(target, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }));
    });
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : Buffer.from(body));
  });
}

async function memoryOf(running: Running): Promise<{ heap: number; rss: number }> {
  const { body } = await send(running, { path: "/v1/memory" });
  return JSON.parse(body.toString("utf8")) as { heap: number; rss: number };
}

const word = defineFormat("word", struct({ word: text(64) }), 128);

function newSigner(): HttpSigner {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  const key = createPrivateKey(pem);
  const raw = createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32);
  return { keyid: toHex(Uint8Array.from(raw)), sign: (message) => Uint8Array.from(sign(null, message, key)) };
}

/** One client after the other request, as fast as the server answers. */
async function client(running: Running, requests: number): Promise<number> {
  const signer = newSigner();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const body = word.encode({ word: "load" });
  let served = 0;
  for (let i = 0; i < requests; i++) {
    const parts = {
      method: "POST",
      authority: `127.0.0.1:${running.port}`,
      path: "/v1/echo",
      query: "?",
      contentDigest: contentDigest(body),
    };
    const headers = await signHttp(parts, signer, systemClock.now(), Uint8Array.from(randomBytes(16)));
    const { status } = await send(running, { method: "POST", path: "/v1/echo", headers, body, agent });
    if (status === 200) served++;
  }
  agent.destroy();
  return served;
}

describe("a server under load", { timeout: 120_000 }, () => {
  it("keeps its memory: what a request leaves is its nonce, for two minutes", async () => {
    const running = await serve();
    const clients = 8;
    const load = (requests: number) =>
      Promise.all(Array.from({ length: clients }, () => client(running, requests)));
    await load(100);
    const before = await memoryOf(running);
    const served = await load(250);
    const after = await memoryOf(running);
    const requests = served.reduce((sum, count) => sum + count, 0);
    expect(requests).toBe(clients * 250);
    // A nonce and its places in the maps take some 200 bytes; a body, a context or a socket that stays would take thousands.
    expect((after.heap - before.heap) / requests).toBeLessThan(2000);
    expect(after.rss - before.rss).toBeLessThan(128 * 1024 * 1024);
  });

  it("closes who sends headers or a body too slowly, and serves others meanwhile", async () => {
    const running = await serve("1500", "700");
    const closed: Promise<void>[] = [];
    const sockets: Socket[] = [];
    const dawdle = (head: string): Promise<void> =>
      new Promise((begun) => {
        const socket = connect(running.port, "127.0.0.1", () => socket.write(head, () => begun()));
        socket.on("error", () => undefined);
        socket.resume();
        sockets.push(socket);
        closed.push(new Promise((resolve) => void socket.once("close", () => resolve())));
      });
    const head = "PUT /v1/nothing HTTP/1.1\r\nHost: x\r\n";
    for (let i = 0; i < 100; i++) await dawdle(head);
    for (let i = 0; i < 50; i++)
      await dawdle(`POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc`);
    // One more byte of a header with every answer that somebody else gets, until the server has closed them all.
    const isOpen = (socket: Socket): boolean => !socket.closed;
    let answered = 0;
    while (sockets.some(isOpen)) {
      for (const socket of sockets.slice(0, 100)) if (socket.writable) socket.write("x");
      if ((await send(running, { path: "/v1/memory" })).status === 200) answered++;
    }
    await Promise.all(closed);
    expect(answered).toBeGreaterThan(0);
    expect(await client(running, 3)).toBe(3);
  });

  it("finishes what it has accepted when it is told to stop, and takes nothing more", async () => {
    const running = await serve();
    const held = Array.from({ length: 20 }, () => send(running, { path: "/v1/hold" }));
    const silent = ["", "GET /v1/memory HTTP/1.1\r\nHost:"].map((sent) => {
      const socket = connect(running.port, "127.0.0.1", () => socket.write(sent));
      return new Promise<void>(
        (resolve) => void socket.on("error", () => undefined).once("close", () => resolve()),
      );
    });
    for (const _ of held) expect(await running.line()).toBe("held");
    // It has accepted what came before.
    await memoryOf(running);
    running.child.kill("SIGTERM");
    expect(await running.line()).toBe("stopping");
    // Who has sent no whole request is not waited for.
    await Promise.all(silent);
    // Until it has stopped listening, it may still answer, and says that it closes.
    let refused = false;
    while (!refused) {
      refused = await send(running, { path: "/v1/memory" }).then(
        () => false,
        () => true,
      );
    }
    running.child.stdin.write("go\n");
    for (const { status, body } of await Promise.all(held)) {
      expect([status, body.toString("utf8")]).toEqual([200, '"finished"']);
    }
    expect(await running.exited).toBe(0);
  });

  it("stops although what it has accepted does not end", async () => {
    const running = await serve("60000", "10000", "100");
    const held = send(running, { path: "/v1/hold" });
    expect(await running.line()).toBe("held");
    running.child.kill("SIGTERM");
    await expect(held).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await running.exited).toBe(0);
  });
});
