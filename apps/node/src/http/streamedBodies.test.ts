import { randomBytes } from "node:crypto";
import { mkdtemp, open as openOnDisk, readdir, rm } from "node:fs/promises";
import { type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@anamnesis/api/client";
import { collect } from "@anamnesis/api/http/collect";
import { contentDigest } from "@anamnesis/api/http/contentDigest";
import { signHttp } from "@anamnesis/api/http/signature";
import { exchangeRoutes as routes } from "@anamnesis/api/routes/exchange";
import { downloadOf } from "@anamnesis/api/testing/wire";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { cidDigest, cidOf, CODEC_RAW, parseCid } from "@anamnesis/core/encoding/cid";
import type { Cid } from "@anamnesis/core/ids";
import { FilesystemBlobStore } from "@anamnesis/storage/filesystem/filesystemBlobStore";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { giveBlob } from "../blobs/giveBlob.ts";
import { bytesOf, TestClock } from "../indexer/testing/testNode.ts";
import { handler } from "../routes/handler.ts";
import { createJsonLogger } from "../runtime/jsonLogger.ts";
import { createPrometheusMetrics } from "../runtime/prometheusMetrics.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { createServer, type Server, type ServerOptions } from "./server.ts";

const SECRET = bytesOf("streams key");
const STRANGER = bytesOf("stranger's key");
const SIZE = 3_000_000;

let folder = "";
let blobs: FilesystemBlobStore;
let server: Server;
let clock: TestClock;
let lines: string[] = [];
/** Pieces that the handler has asked for. */
let asked = 0;

async function start(
  options: Pick<Partial<ServerOptions>, "mostUploads" | "streamTurn"> = {},
): Promise<void> {
  await server?.close();
  clock = new TestClock();
  lines = [];
  asked = 0;
  const log = createJsonLogger("info", { write: (line: string) => void lines.push(line) });
  server = await createServer({
    host: "127.0.0.1",
    port: 0,
    after: -1,
    context: { clock, random: systemRandom, timers: systemTimers, metrics: createPrometheusMetrics(), log },
    handlers: [
      handler(routes.putBlob, async ({ params, request, signer }) => {
        if (signer !== toHex(ed25519PublicKey(SECRET))) throw notAuthorised("the test");
        const counted = async function* (): AsyncGenerator<Uint8Array> {
          for await (const piece of request.pieces) {
            asked += 1;
            yield piece;
          }
        };
        await blobs.putStream(parseCid(params.cid), counted());
      }),
      handler(routes.getBlob, ({ params, range }) => giveBlob({ blobs, log }, parseCid(params.cid), range)),
    ],
    ...options,
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "streams-"));
  blobs = await FilesystemBlobStore.open(join(folder, "blobs"));
  await start();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const temporaryFiles = (): Promise<readonly string[]> => readdir(join(folder, "blobs", "tmp"));

/** Resolves when nothing of an upload is left on the disk: each turn is a round trip to the server. */
async function untilClean(): Promise<void> {
  while ((await temporaryFiles()).length > 0) await get("/v1/nothing");
}

function clientOf(secret = SECRET): Client {
  return createClient({
    baseUrl: server.url,
    fetch: globalThis.fetch,
    signer: { keyid: toHex(ed25519PublicKey(secret)), sign: (message) => ed25519Sign(message, secret) },
    now: () => clock.now(),
    random: (length) => systemRandom.bytes(length),
  });
}

function blobOf(size = SIZE): { readonly bytes: Uint8Array; readonly cid: Cid } {
  const bytes = Uint8Array.from(randomBytes(size));
  return { bytes, cid: cidOf(bytes, CODEC_RAW) };
}

const uploadOf = (cid: Cid, bytes: Uint8Array, length: number | null = bytes.length) => {
  return { digest: cidDigest(cid), length, pieces: downloadOf(bytes).pieces };
};

const put = (cid: Cid, bytes: Uint8Array, secret = SECRET): Promise<void> =>
  clientOf(secret).call(routes.putBlob, { cid }, uploadOf(cid, bytes));

interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Opens a signed request and leaves its body to the test. */
async function open(
  method: "GET" | "PUT",
  path: string,
  headers: Record<string, string>,
  body: Uint8Array = new Uint8Array(),
): Promise<{ readonly outgoing: ClientRequest; readonly answered: Promise<Received> }> {
  const { hostname, port, host } = new URL(server.url);
  const parts = { method, authority: host, path, query: "?", contentDigest: contentDigest(body) };
  const signer = {
    keyid: toHex(ed25519PublicKey(SECRET)),
    sign: (message: Uint8Array) => ed25519Sign(message, SECRET),
  };
  const signature = await signHttp(parts, signer, clock.now(), systemRandom.bytes(16));
  const all = { ...signature, host, ...headers };
  const outgoing = httpRequest({ hostname, port, method, path, headers: all, agent: false });
  const answered = new Promise<Received>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
  });
  // Looked at by those tests that expect an answer.
  answered.catch(() => undefined);
  return { outgoing, answered };
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Received> {
  const { outgoing, answered } = await open("GET", path, headers);
  outgoing.end();
  return answered;
}

const problemCode = ({ body }: Received): unknown => (JSON.parse(body.toString()) as { code: unknown }).code;

describe("an upload", () => {
  it.each([0, 1, 65_536, SIZE])("of %i bytes is on the disk when it is answered", async (size) => {
    const { bytes, cid } = blobOf(size);
    await put(cid, bytes);
    expect(Buffer.compare((await blobs.get(cid)) as Uint8Array, bytes)).toBe(0);
    expect(await temporaryFiles()).toEqual([]);
  });

  it("is taken without a length, as browsers send it", async () => {
    const { bytes, cid } = blobOf();
    await clientOf().call(routes.putBlob, { cid }, uploadOf(cid, bytes, null));
    expect(await blobs.size(cid)).toBe(SIZE);
  });

  it("whose bytes are not those of the signed digest is refused and leaves nothing behind", async () => {
    const { bytes, cid } = blobOf();
    bytes[SIZE - 1] = (bytes[SIZE - 1] as number) ^ 1;
    await expect(put(cid, bytes)).rejects.toMatchObject({ code: "bad-http-signature" });
    expect(await blobs.size(cid)).toBeNull();
    expect(await temporaryFiles()).toEqual([]);
  });

  it("of a stranger is refused before a piece of it is read", async () => {
    const { bytes, cid } = blobOf();
    await expect(put(cid, bytes, STRANGER)).rejects.toMatchObject({ code: "not-authorised" });
    expect(asked).toBe(0);
    expect(await temporaryFiles()).toEqual([]);
  });

  it("with a broken signature or a replayed one is refused before a piece of it is read", async () => {
    const { bytes, cid } = blobOf(1000);
    const path = `/v1/blobs/${cid}`;
    const sent = await open("PUT", path, { "content-length": "1000" }, bytes);
    const headers = sent.outgoing.getHeaders() as Record<string, string>;
    sent.outgoing.end(bytes);
    expect((await sent.answered).status).toBe(204);
    const before = asked;
    const again = await open("PUT", path, headers, bytes);
    again.outgoing.end(bytes);
    expect(problemCode(await again.answered)).toBe("replayed-http-signature");
    const forged = await open("PUT", path, { "content-digest": contentDigest(new Uint8Array(1)) }, bytes);
    forged.outgoing.end(bytes);
    expect(problemCode(await forged.answered)).toBe("bad-http-signature");
    expect(asked).toBe(before);
  });

  it("that says it is larger than the limit is refused at once", async () => {
    const { cid } = blobOf(1);
    const { answered, outgoing } = await open("PUT", `/v1/blobs/${cid}`, {
      "content-length": String(1024 ** 3 + 1),
    });
    outgoing.flushHeaders();
    const { status, body } = await answered;
    expect([status, problemCode({ status, body, headers: {} })]).toEqual([413, "too-large"]);
    outgoing.destroy();
  });

  it("whose client vanishes leaves no file, and no slot held", async () => {
    await start({ mostUploads: 1 });
    const { bytes, cid } = blobOf();
    for (let i = 0; i < 3; i++) {
      const { outgoing } = await open("PUT", `/v1/blobs/${cid}`, { "content-length": String(SIZE) }, bytes);
      outgoing.write(bytes.subarray(0, 500_000));
      while ((await temporaryFiles()).length === 0) await get("/v1/nothing");
      outgoing.destroy();
      await untilClean();
    }
    await put(cid, bytes);
    expect(await blobs.size(cid)).toBe(SIZE);
  });

  it("that stalls is given up, and leaves no file and no slot", async () => {
    await start({ mostUploads: 1, streamTurn: 100 });
    const { bytes, cid } = blobOf();
    const stalled = await open("PUT", `/v1/blobs/${cid}`, { "content-length": String(SIZE) }, bytes);
    stalled.outgoing.write(bytes.subarray(0, 1000));
    const received = await stalled.answered;
    expect([received.status, problemCode(received)]).toEqual([408, "body-too-slow"]);
    expect(await temporaryFiles()).toEqual([]);
    stalled.outgoing.destroy();
    await start();
    await put(cid, bytes);
  });

  it("beyond the bound of uploads is told to come again, and strangers hold no slot", async () => {
    await start({ mostUploads: 1 });
    const { bytes, cid } = blobOf();
    const first = await open("PUT", `/v1/blobs/${cid}`, { "content-length": String(SIZE) }, bytes);
    first.outgoing.write(bytes.subarray(0, 1000));
    while ((await temporaryFiles()).length === 0) await get("/v1/nothing");
    await expect(put(cid, bytes)).rejects.toMatchObject({ code: "busy" });
    await expect(put(cid, bytes, STRANGER)).rejects.toMatchObject({ code: "not-authorised" });
    first.outgoing.end(bytes.subarray(1000));
    expect((await first.answered).status).toBe(204);
    await put(cid, bytes);
  });

  it("whose own source fails passes its error on, and is no fault of the node", async () => {
    const { bytes, cid } = blobOf();
    const failure = notAuthorised("nobody");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 1_000_000);
      throw failure;
    };
    const upload = { digest: cidDigest(cid), length: SIZE, pieces: broken() };
    await expect(clientOf().call(routes.putBlob, { cid }, upload)).rejects.toBe(failure);
    await untilClean();
    expect(await blobs.size(cid)).toBeNull();
  });
});

describe("a download", () => {
  it.each([0, 1, 1_048_576, SIZE])("of %i bytes comes whole", async (size) => {
    const { bytes, cid } = blobOf(size);
    await blobs.put(cid, bytes);
    const download = await clientOf().call(routes.getBlob, { cid }, undefined);
    expect(download).toMatchObject({ size, from: 0, length: size });
    expect(Buffer.compare(await collect(download, size), bytes)).toBe(0);
  });

  it.each([1000, SIZE])("of a part of %i bytes has these bytes and no others", async (size) => {
    const { bytes, cid } = blobOf(size);
    await blobs.put(cid, bytes);
    const path = `/v1/blobs/${cid}`;
    const cases: readonly [range: string, from: number, to: number][] = [
      ["bytes=0-0", 0, 1],
      ["bytes=10-19", 10, 20],
      [`bytes=${size - 5}-`, size - 5, size],
      ["bytes=-7", size - 7, size],
      [`bytes=0-${size * 2}`, 0, size],
    ];
    for (const [range, from, to] of cases) {
      const received = await get(path, { range });
      expect([range, received.status]).toEqual([range, 206]);
      expect(received.headers).toMatchObject({
        "content-range": `bytes ${from}-${to - 1}/${size}`,
        "content-length": String(to - from),
        "accept-ranges": "bytes",
        "content-type": "application/octet-stream",
      });
      expect(Buffer.compare(received.body, bytes.subarray(from, to))).toBe(0);
    }
    const beyond = await get(path, { range: `bytes=${size}-` });
    expect([beyond.status, problemCode(beyond)]).toEqual([416, "range-not-satisfiable"]);
    expect(beyond.headers["content-range"]).toBe(`bytes */${size}`);
    for (const ignored of [{ range: "bytes=0-1,4-5" }, { range: "bytes=0-1", "if-range": '"x"' }]) {
      const whole = await get(path, ignored);
      expect([whole.status, whole.body.length]).toEqual([200, size]);
    }
  });

  it("gives the client a part, also when that is all of it", async () => {
    const { bytes, cid } = blobOf();
    await blobs.put(cid, bytes);
    const parts = [
      { from: 100_000, length: 500_000 },
      { from: 0, length: SIZE },
      { from: SIZE - 10, length: 1000 },
    ];
    for (const range of parts) {
      const part = await clientOf().call(routes.getBlob, { cid }, undefined, { range });
      const expected = bytes.subarray(range.from, range.from + range.length);
      expect(part).toMatchObject({ size: SIZE, from: range.from, length: expected.length });
      expect(Buffer.compare(await collect(part, SIZE), expected)).toBe(0);
    }
  });

  it("of a damaged blob breaks off before its end, and the operator reads why", async () => {
    const { bytes, cid } = blobOf();
    await blobs.put(cid, bytes);
    await damage(cid);
    const download = await clientOf().call(routes.getBlob, { cid }, undefined);
    await expect(collect(download, SIZE)).rejects.toMatchObject({ code: "node-unreachable" });
    expect(lines.join("")).toContain("blob-corrupt");
  });

  it("of a small damaged blob is refused before its first byte", async () => {
    const { bytes, cid } = blobOf(1000);
    await blobs.put(cid, bytes);
    await damage(cid);
    const download = clientOf().call(routes.getBlob, { cid }, undefined);
    await expect(download).rejects.toMatchObject({ code: "blob-corrupt" });
  });

  it("that nobody takes is given up", async () => {
    await start({ streamTurn: 100 });
    const { bytes, cid } = blobOf(20_000_000);
    await blobs.put(cid, bytes);
    const { outgoing } = await open("GET", `/v1/blobs/${cid}`, {});
    const begun = new Promise<void>((resolve) => {
      outgoing.on("response", (answer) => {
        answer.pause();
        answer.on("error", () => undefined);
        resolve();
      });
    });
    outgoing.end();
    await begun;
    // A server that closes waits for what is under way.
    await server.close();
    outgoing.destroy();
  });

  async function damage(cid: Cid): Promise<void> {
    const path = join(folder, "blobs", "blobs", cid.slice(-3, -1), cid);
    const file = await openOnDisk(path, "r+");
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, 500);
    await file.write(Buffer.of((byte[0] as number) ^ 1), 0, 1, 500);
    await file.close();
  }
});
