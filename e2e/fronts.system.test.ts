import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type Server,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { createInterface } from "node:readline";
import { toBase64url } from "@anamnesis/api/http/base64url";
import { encodeJson } from "@anamnesis/api/http/jsonBody";
import { demoFile } from "@anamnesis/api/portalDemo";
import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { portalRoutes } from "@anamnesis/api/routes/portal";
import { ledgerSection } from "@anamnesis/cli/files/ledgerFile";
import { FRONT_MAIN, NODE_MAIN } from "@anamnesis/cli/nodeProcess";
import { organisationIdOf } from "@anamnesis/core/actor/keyCard";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { startAnvil } from "@anamnesis/ledger/evm/anvil";
import { deployContracts } from "@anamnesis/ledger/evm/deployContracts";
import { findPostgres } from "@anamnesis/node/database/testing/postgresProgram";
import { PostgresServer } from "@anamnesis/node/database/testing/postgresServer";
import { createKeystore } from "@anamnesis/node/keystore/keystore";
import { REDIS_INSTALLED, type RedisServer, startRedis } from "@anamnesis/node/portal/testing/redisServer";
import { freePort } from "@anamnesis/node/testing/freePort";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProcessMemory } from "./nodeMemory.ts";

/** A machine with other work takes several times as long as an idle one. */
const LONG = 300_000;
const MIB = 1024 * 1024;
/** In a browser's address bar: a load balancer would stand there, with the fronts behind it. */
const PUBLIC = "http://localhost:8443";

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** What was started and has to end, the last one first. */
const stopping: (() => Promise<unknown> | void)[] = [];

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
}

/** A program of a node in an environment that has nothing but what is given. `null` with what it said when it ends before it listens. */
async function start(
  main: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly started: Started | null; readonly said: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  stopping.push(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout }))
    return { started: { url: (JSON.parse(line) as { url: string }).url, child }, said };
  await ended;
  return { started: null, said };
}

async function startWell(main: string, env: Readonly<Record<string, string>>): Promise<Started> {
  const { started, said } = await start(main, env);
  return started ?? expect.unreachable(said);
}

/** Whether it takes connections. */
function listens({ url }: Started): Promise<boolean> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Makes the user at a Redis server whom docs/operations.md recommends for fronts. Gives the server's address as that user. */
async function addReader(url: string): Promise<string> {
  const at = new URL(url);
  const socket = connect(Number(at.port), at.hostname);
  socket.write(`AUTH ${at.password}\r\n`);
  socket.write(
    "ACL SETUSER front on >of-fronts resetkeys %R~anamnesis:* -@all +@connection +eval +get +hgetall\r\n",
  );
  socket.write("QUIT\r\n");
  let said = "";
  for await (const piece of socket) said += String(piece);
  expect(said).toBe("+OK\r\n".repeat(3));
  return Object.assign(at, { username: "front", password: "of-fronts" }).href;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A browser at the public address, whose requests a load balancer gives to the one or the other front. */
class Browser {
  cookie = "";
  /** Of this machine: all of 127.0.0.0/8 is. */
  readonly #from: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({
    from = "127.0.0.1",
    headers = {},
  }: { from?: string; headers?: Record<string, string> } = {}) {
    this.#from = from;
    this.#headers = headers;
  }

  async send(
    through: Started,
    { method, path }: { readonly method: string; readonly path: string },
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const asked = httpRequest(`${through.url}${path}`, {
      method,
      agent: false,
      localAddress: this.#from,
      headers: {
        host: new URL(PUBLIC).host,
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...(method === "GET" ? {} : { origin: PUBLIC, "content-type": "application/json" }),
        ...(text === "" ? {} : { "content-length": String(Buffer.byteLength(text)) }),
        ...this.#headers,
        ...more,
      },
    });
    asked.end(text);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    let all = "";
    for await (const piece of answer.setEncoding("utf8")) all += String(piece);
    for (const line of answer.headers["set-cookie"] ?? []) {
      this.cookie = /max-age=0/i.test(line) ? "" : (line.split(";")[0] ?? "");
    }
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: all };
  }

  /** Status and code of what a session is asked for. */
  async session(through: Started): Promise<readonly [number, string | null]> {
    const { status, body } = await this.send(through, portalRoutes.portalSession);
    return [status, (JSON.parse(body) as { code?: string }).code ?? null];
  }

  /** Status of an attempt to come in as a device that nobody offered to. */
  async guess(through: Started, more: Readonly<Record<string, string>> = {}): Promise<number> {
    const [locator, claim] = [toBase64url(random(32)), toBase64url(random(64))];
    return (await this.send(through, deviceRoutes.claimDevice, { locator, claim }, more)).status;
  }
}

const program = findPostgres();

describe.skipIf(program === null || !REDIS_INSTALLED)("two fronts of a node behind one address", () => {
  let folder = "";
  let redis: RedisServer;
  /** The Redis server for who may only read there. */
  let readerUrl: string;
  let startMain: () => Promise<Started>;
  let main: Started;
  let a: Started;
  let b: Started;
  /** A front's configuration, by its changes. */
  let frontFile: (name: string, changes: object) => Promise<string>;

  const signIn = async (through: Started): Promise<Browser> => {
    const browser = new Browser();
    const { status } = await browser.send(through, portalRoutes.demoSignIn, { id: "patient" });
    expect(status).toBe(200);
    return browser;
  };
  const startFront = async (name: string, changes: object = {}): Promise<Started> =>
    startWell(FRONT_MAIN, { ANAMNESIS_CONFIG: await frontFile(name, changes), REDIS_URL: readerUrl });

  beforeAll(async () => {
    if (program === null) return;
    folder = await mkdtemp(join(tmpdir(), "fronts-"));
    stopping.push(() => rm(folder, { recursive: true, force: true }));
    const server = await PostgresServer.start(program);
    stopping.push(() => server.stop());
    redis = await startRedis();
    stopping.push(() => redis.stop());
    readerUrl = await addReader(redis.url);
    const anvil = await startAnvil();
    stopping.push(() => anvil.stop());

    const dataDir = join(folder, "data");
    const pages = join(folder, "pages");
    await mkdir(dataDir);
    await mkdir(join(pages, "assets"), { recursive: true });
    await writeFile(join(pages, "index.html"), "<!doctype html><title>the main process's page</title>");
    await writeFile(join(pages, "assets", "app-1.js"), "the main process's script");
    const frontPages = join(folder, "front-pages");
    await mkdir(join(frontPages, "assets"), { recursive: true });
    await writeFile(join(frontPages, "index.html"), "<!doctype html><title>the front's page</title>");
    await writeFile(join(frontPages, "assets", "app-2.js"), "the front's script");
    const demo = join(folder, "people.json");
    const person = { id: "patient", name: "Ida Sommer", role: "patient", sentence: "Is tried." } as const;
    const secrets = { account: random(16), vaultKey: random(32), sealed: random(64) };
    await writeFile(demo, encodeJson(demoFile, [{ ...person, ...secrets }]));
    const keys = await createKeystore({
      path: join(dataDir, "keystore.age"),
      passphrase: "correct horse",
      name: "north",
      random,
      workFactor: 10,
    });
    const organisation = organisationIdOf(keys.card);
    const member = {
      organisation,
      kind: "hospital",
      signer: keys.address,
      keyCard: keys.cardDigest,
      custodian: true,
      name: "north",
      endpoint: "http://127.0.0.1:1",
    } as const;
    const deployed = await deployContracts({
      rpcUrl: anvil.rpcUrl,
      account: toHex(random(32)),
      members: [member],
    });
    const config = join(folder, "node.json");
    const port = await freePort();
    await writeFile(
      config,
      JSON.stringify({
        dataDir,
        port,
        publicUrl: PUBLIC,
        ledger: ledgerSection({ rpcUrl: anvil.rpcUrl, ...deployed }),
        ledgerPollMs: 100,
        // Where the fronts are.
        proxies: ["127.0.0.1"],
        portal: { demo, pages },
        logLevel: "error",
      }),
    );
    const databaseUrl = await server.createDatabase();
    startMain = async () => {
      const { child } = await startWell(NODE_MAIN, {
        ANAMNESIS_CONFIG: config,
        ANAMNESIS_PASSPHRASE: "correct horse",
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
      });
      // It says the public address, where the fronts are.
      return { child, url: `http://127.0.0.1:${port}` };
    };
    frontFile = async (name, changes) => {
      const path = join(folder, `${name}.json`);
      const own = { main: `http://127.0.0.1:${port}`, organisation, publicUrl: PUBLIC, pages: frontPages };
      // The load balancer's address.
      const proxies = ["127.0.0.2"];
      await writeFile(path, JSON.stringify({ ...own, proxies, logLevel: "error", ...changes }));
      return path;
    };
    main = await startMain();
    [a, b] = await Promise.all([startFront("a"), startFront("b")]);
  }, LONG);
  afterAll(async () => {
    for (const stop of stopping.toReversed()) await stop();
  });

  it("takes at the one who signed in at the other, and ends at both what was ended at one", async () => {
    const [browser, elsewhere] = [await signIn(a), await signIn(a)];
    expect(await browser.session(a)).toEqual([200, null]);
    expect(await browser.session(b)).toEqual([200, null]);
    const { cookie } = browser;
    expect((await browser.send(b, portalRoutes.endPortalSession, { everywhere: false })).status).toBe(200);
    expect(browser.cookie).toBe("");
    for (const front of [a, b, main]) {
      browser.cookie = cookie;
      expect(await browser.session(front)).toEqual([401, "not-signed-in"]);
      expect(browser.cookie).toBe("");
    }
    // All sessions of the account, those of other browsers too.
    expect(await elsewhere.session(a)).toEqual([200, null]);
    const again = await signIn(b);
    expect((await again.send(b, portalRoutes.endPortalSession, { everywhere: true })).status).toBe(200);
    expect(await elsewhere.session(a)).toEqual([401, "not-signed-in"]);
  });

  it("serves what never changes itself, and the main process's page", async () => {
    const browser = new Browser();
    const page = await browser.send(b, { method: "GET", path: "/" });
    expect(page.body).toContain("the main process's page");
    expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
    const scripts = ["/assets/app-1.js", "/assets/app-2.js"].map(async (path) => {
      const { status, headers, body } = await browser.send(a, { method: "GET", path });
      return [status, headers["cache-control"], body];
    });
    const lasting = "public, max-age=31536000, immutable";
    expect(await Promise.all(scripts)).toEqual([
      [200, lasting, "the main process's script"],
      [200, lasting, "the front's script"],
    ]);
  });

  it(
    "answers 503 while the main process is away, and goes on with the same sessions when it is back",
    { timeout: LONG },
    async () => {
      const [kept, over] = [await signIn(a), await signIn(b)];
      const { cookie } = over;
      await over.send(a, portalRoutes.endPortalSession, { everywhere: false });
      main.child.kill("SIGKILL");
      await once(main.child, "exit");
      for (const front of [a, b]) {
        const { status, headers, body } = await kept.send(front, portalRoutes.portalSession);
        expect([status, headers["retry-after"]]).toEqual([503, "2"]);
        expect(JSON.parse(body)).toMatchObject({ code: "node-away" });
        // What the fronts know of sessions they have from Redis.
        over.cookie = cookie;
        expect(await over.session(front)).toEqual([401, "not-signed-in"]);
      }
      main = await startMain();
      for (const front of [b, a]) expect(await kept.session(front)).toEqual([200, null]);
      over.cookie = cookie;
      expect(await over.session(a)).toEqual([401, "not-signed-in"]);
    },
  );

  it("counts failed attempts of a caller at all fronts together, whoever it says to be", async () => {
    const stranger = new Browser();
    const refusing = new Set<string>();
    const statuses: number[] = [];
    // Twenty cost nothing, and each front gets no more than that.
    for (let i = 0; i < 40; i++) {
      const [name, front] = i % 2 === 0 ? (["a", a] as const) : (["b", b] as const);
      const status = await stranger.guess(front, {
        "x-forwarded-for": `203.0.113.${i}`,
        forwarded: "for=203.0.113.1",
      });
      if (status === 429) refusing.add(name);
      statuses.push(status);
    }
    expect(new Set(statuses.slice(0, 20))).toEqual(new Set([401]));
    expect(refusing).toEqual(new Set(["a", "b"]));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));

    // The load balancer's word counts: its other callers do not wait.
    const other = new Browser({ from: "127.0.0.2", headers: { "x-forwarded-for": "198.51.100.1" } });
    expect([await other.guess(a), await other.guess(b)]).toEqual([401, 401]);
    // Whoever reaches the main process past the fronts is counted as what it is.
    const past = new Browser({ from: "127.0.0.3", headers: { "x-forwarded-for": "127.0.0.1" } });
    expect(await past.guess(main)).toBe(401);
  });

  it("does not start without the Redis server or the main process's address, and says so", async () => {
    const file = await frontFile("alone", {});
    const without = await start(FRONT_MAIN, { ANAMNESIS_CONFIG: file });
    expect(without.started).toBeNull();
    expect(without.said).toMatch(/^error: A front finds sessions at the Redis server/m);
    expect(without.said).toMatch(/^ {2}fix: Set REDIS_URL/m);
    const nowhere = await start(FRONT_MAIN, {
      ANAMNESIS_CONFIG: await frontFile("nowhere", { main: undefined }),
      REDIS_URL: redis.url,
    });
    expect(nowhere.started).toBeNull();
    expect(nowhere.said).toMatch(/^error: The configuration's main is the main process's address/m);
    const wrong = { organisation: `0x${"11".repeat(32)}`, publicUrl: "https://north.example" };
    for (const [key, value] of Object.entries(wrong)) {
      const config = await frontFile(key, { [key]: value });
      const { started, said } = await start(FRONT_MAIN, { ANAMNESIS_CONFIG: config, REDIS_URL: readerUrl });
      expect(started).toBeNull();
      expect(said).toMatch(new RegExp(`^error: The configuration's ${key} is .* main process`, "m"));
    }
    expect(nowhere.said + without.said).not.toContain("canary");
    for (const { said } of [without, nowhere]) expect(said).toMatch(/^ {2}code: bad-config$/m);
  });

  describe("with large bodies", () => {
    const SIZE = 320 * MIB;
    const block = randomBytes(MIB);
    let sink: Server;
    let front: Started;
    beforeAll(async () => {
      // Takes a body, answers with its digest in a header and as many bytes.
      sink = createServer((request, response) => {
        if (request.method === "GET") return void response.writeHead(404).end();
        const hash = createHash("sha256");
        request.on("data", (piece: Buffer) => void hash.update(piece));
        request.on("end", () => {
          response.writeHead(200, { digest: hash.digest("hex") });
          Readable.from(blocks()).pipe(response);
        });
      });
      sink.listen(0, "127.0.0.1");
      await once(sink, "listening");
      const { port } = sink.address() as AddressInfo;
      front = await startFront("large", { main: `http://127.0.0.1:${port}` });
    }, LONG);
    afterAll(() => void sink.close());

    function* blocks(): Generator<Buffer> {
      for (let sent = 0; sent < SIZE; sent += MIB) yield block;
    }

    it("passes them on in both directions without holding them", { timeout: LONG }, async () => {
      const memory = await ProcessMemory.of(`ANAMNESIS_CONFIG=${join(folder, "large.json")}`);
      const before = await memory.reset();
      const asked = httpRequest(`${front.url}/v1/blobs/any`, { method: "PUT" });
      Readable.from(blocks()).pipe(asked);
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      let received = 0;
      const hash = createHash("sha256");
      for await (const piece of answer) {
        received += (piece as Buffer).length;
        hash.update(piece as Buffer);
      }
      expect(received).toBe(SIZE);
      expect(answer.headers["digest"]).toBe(hash.digest("hex"));
      // What is thrown away and not collected yet is some 80 MiB, however large the body.
      expect((await memory.peak()) - before).toBeLessThan(SIZE / 2);
    });

    it("ends what is under way before it stops", async () => {
      const asked = httpRequest(`${front.url}/v1/blobs/any`, { method: "PUT" });
      asked.write(block);
      await once(sink, "request");
      front.child.kill("SIGTERM");
      const exit = once(front.child, "exit");
      // It has heard once it listens no more: what it answers before says nothing of an end.
      await expect.poll(() => listens(front)).toBe(false);
      asked.end();
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      let received = 0;
      for await (const piece of answer) received += (piece as Buffer).length;
      expect(received).toBe(SIZE);
      expect(answer.headers.connection).toBe("close");
      expect((await exit)[0]).toBe(0);
    });
  });
});
