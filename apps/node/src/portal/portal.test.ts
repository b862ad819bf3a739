import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { toBase64url } from "@anamnesis/api/http/base64url";
import { portalConfig } from "@anamnesis/api/routes/portal";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import type { CborValue } from "@anamnesis/core/encoding/cbor";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../indexer/testing/testDatabase.ts";
import { dyingDatabase } from "../indexer/testing/testNode.ts";
import { followLedger } from "../indexer/followLedger.ts";
import { exchangeHandlers } from "../routes/exchangeHandlers.ts";
import { RequestWindow } from "../access/requestWindow.ts";
import {
  openPortal,
  PERSON,
  type PortalWorld,
  type PortalWorldOptions,
  type TestBrowser,
} from "./testing/portalWorld.ts";
import { getVault, putVault } from "./vault/vaultStore.ts";

beforeAll(startTestDatabase);
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  await releaseTestDatabases();
});

async function open(options: PortalWorldOptions = {}): Promise<PortalWorld> {
  const world = await openPortal(options);
  worlds.push(world);
  return world;
}

const SESSION = "/portal/v1/session";
const VAULT = "/portal/v1/vault";
const DEMO = "/portal/v1/demo/sign-in";

async function signedIn(world: PortalWorld, id = "patient"): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post(DEMO, { id })).status).toBe(200);
  return browser;
}

const valueOf = ({ cookies }: TestBrowser): string => cookies.get("anamnesis-session") ?? "none";

describe("the demo's people", () => {
  it("are listed and sign in without a key, and get the vault that was made for them", async () => {
    const world = await open();
    const browser = world.browser();
    const { json: config } = await browser.get("/portal/v1/config");
    expect(portalConfig.fromCbor(config as CborValue, "config")).toMatchObject({
      demo: true,
      signIn: ["passkey", "wallet", "demo"],
    });
    const { json: people } = await browser.get("/portal/v1/demo/identities");
    expect(people).toEqual([
      { id: "patient", name: "Ida Sommer", role: "patient", sentence: "Has records of two hospitals." },
      { id: "doctor", name: "Ida Sommer", role: "doctor", sentence: "Has records of two hospitals." },
      { id: "nurse", name: "Ida Sommer", role: "doctor", sentence: "Has records of two hospitals." },
    ]);
    const { json: session } = await browser.post(DEMO, { id: "patient" });
    expect(session).toMatchObject({
      account: toBase64url(PERSON.account),
      kind: "patient",
      how: "demo",
      passkeys: [],
      vaultKey: toBase64url(PERSON.vaultKey),
    });
    expect((await browser.get(SESSION)).json).toMatchObject({
      account: toBase64url(PERSON.account),
      how: "demo",
    });
    expect((await browser.get(VAULT)).json).toEqual({
      version: 1,
      sealed: toBase64url(PERSON.sealed),
      wrappers: [],
    });
    expect((await signedIn(world, "doctor").then((doctor) => doctor.get(SESSION))).json).toMatchObject({
      kind: "staff",
    });
  });

  it("keep what they put into their vault when they sign in again", async () => {
    const world = await open();
    const browser = await signedIn(world);
    expect((await browser.send("PUT", VAULT, { version: 1, sealed: "AQID" })).json).toEqual({ version: 2 });
    expect((await (await signedIn(world)).get(VAULT)).json).toEqual({
      version: 2,
      sealed: "AQID",
      wrappers: [],
    });
  });

  it("are nobody at a node that is no demo", async () => {
    const world = await open({ config: { demo: null } });
    const browser = world.browser();
    expect((await browser.get("/portal/v1/demo/identities")).status).toBe(404);
    const refused = await browser.post(DEMO, { id: "patient" });
    expect(refused.json).toMatchObject({ status: 404, code: "not-found" });
    expect(browser.cookies.size).toBe(0);
    expect((await browser.get("/portal/v1/config")).json).toMatchObject({
      demo: false,
      signIn: ["passkey", "wallet"],
    });
  });
});

describe("a session", () => {
  it("is a cookie that no script and no other site has, and whose value is nowhere in the database", async () => {
    const world = await open();
    const { headers } = await world.browser().post(DEMO, { id: "patient" });
    const line = headers.get("set-cookie") ?? "";
    expect(line).toMatch(
      /^anamnesis-session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    const rows = await world.node.db.query("select * from portal_sessions");
    expect(JSON.stringify(rows)).not.toContain(line.slice(18, 18 + 43));
    expect(rows).toHaveLength(1);
  });

  it("is a __Host- cookie where the public address is https", async () => {
    const world = await open({ publicUrl: "https://node.example.org" });
    const headers = { host: "node.example.org", origin: "https://node.example.org" };
    // fetch sets no Host: the node is asked as its proxy asks.
    const { request } = await import("node:http");
    const cookie = await new Promise<string>((resolve, reject) => {
      const sent = request(
        `${world.url}${DEMO}`,
        { method: "POST", headers: { ...headers, "content-type": "application/json" } },
        (answer) => {
          answer.resume();
          resolve(String(answer.headers["set-cookie"]));
        },
      );
      sent.once("error", reject);
      sent.end(JSON.stringify({ id: "patient" }));
    });
    expect(cookie).toMatch(/^__Host-anamnesis-session=[A-Za-z0-9_-]{43}; Path=\/; .*; Secure$/);
  });

  it("is another one after each sign-in, and the one before is over: none can be planted", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const before = valueOf(browser);
    await browser.post(DEMO, { id: "doctor" });
    expect(valueOf(browser)).not.toBe(before);
    const old = world.browser();
    old.cookies.set("anamnesis-session", before);
    expect((await old.get(SESSION)).json).toMatchObject({ status: 401, code: "not-signed-in" });
    // Told to forget it.
    expect(old.cookies.size).toBe(0);
    const planted = world.browser();
    planted.cookies.set("anamnesis-session", "A".repeat(43));
    await planted.post(DEMO, { id: "patient" });
    expect(valueOf(planted)).not.toBe("A".repeat(43));
  });

  it("gets another value after 15 minutes of use; the one before goes on for a minute and ends the session later", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const first = valueOf(browser);
    world.clock.time += 14 * 60;
    await browser.get(SESSION);
    expect(valueOf(browser)).toBe(first);
    world.clock.time += 60;
    const other = world.browser();
    other.cookies.set("anamnesis-session", first);
    await browser.get(SESSION);
    const second = valueOf(browser);
    expect(second).not.toBe(first);
    expect((await other.get(SESSION)).status).toBe(200);
    expect(valueOf(other)).toBe(first);
    world.clock.time += 60;
    expect((await other.get(SESSION)).status).toBe(401);
    // Two had it: the one with the newer value has to sign in again, too.
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it("changes its value once, however many requests come at once", async () => {
    const world = await open();
    const browser = await signedIn(world);
    world.clock.time += 15 * 60;
    const first = valueOf(browser);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => {
        const one = world.browser();
        one.cookies.set("anamnesis-session", first);
        return one.get(SESSION).then(({ status }) => ({ status, value: valueOf(one) }));
      }),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(answers.map(({ value }) => value)).size).toBe(2);
  });

  it("is over after 30 minutes without use, and after 12 hours in any case", async () => {
    const world = await open();
    const idle = await signedIn(world);
    world.clock.time += 30 * 60;
    expect((await idle.get(SESSION)).status).toBe(401);
    const busy = await signedIn(world);
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      world.clock.time += 20 * 60;
      expect((await busy.get(SESSION)).status).toBe(200);
    }
    world.clock.time += 20 * 60;
    expect((await busy.get(SESSION)).status).toBe(401);
  });

  it("ends here, or everywhere", async () => {
    const world = await open();
    const [one, two, three] = [await signedIn(world), await signedIn(world), await signedIn(world)];
    const doctor = await signedIn(world, "doctor");
    const value = valueOf(one);
    expect((await one.post("/portal/v1/session/end", { everywhere: false })).json).toEqual({});
    expect(one.cookies.size).toBe(0);
    one.cookies.set("anamnesis-session", value);
    expect((await one.get(SESSION)).status).toBe(401);
    expect((await two.get(SESSION)).status).toBe(200);
    await two.post("/portal/v1/session/end", { everywhere: true });
    expect((await three.get(SESSION)).status).toBe(401);
    expect((await doctor.get(SESSION)).status).toBe(200);
    expect((await (await signedIn(world)).get(SESSION)).status).toBe(200);
  });

  it("that was ended stays so in a store that brings it back", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const value = valueOf(browser);
    const { db } = world.node;
    const rows = await db.query<{ row: string }>("select row_to_json(s)::text as row from portal_sessions s");
    await browser.post("/portal/v1/session/end", { everywhere: false });
    await db.query(
      "insert into portal_sessions select * from json_populate_record(null::portal_sessions, $1::text::json)",
      [rows[0]?.row ?? ""],
    );
    browser.cookies.set("anamnesis-session", value);
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it("is never taken from two cookies of one name", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const value = valueOf(browser);
    const { status } = await world
      .browser()
      .get(SESSION, { cookie: `anamnesis-session=${value}; anamnesis-session=${value}` });
    expect(status).toBe(401);
  });
});

describe("a page of another origin", () => {
  const body = { version: 1, sealed: "AQID" };

  it("cannot change anything with somebody's session", async () => {
    const world = await open();
    const browser = await signedIn(world);
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "", "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "multipart/form-data; boundary=x" },
    ]) {
      const { json } = await browser.send("PUT", VAULT, body, headers);
      expect({ ...(json as object), headers }).toMatchObject({ status: 403, code: "cross-site" });
    }
    expect((await browser.get(VAULT)).json).toMatchObject({ version: 1 });
    expect((await browser.send("PUT", VAULT, body, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("gets no word of CORS at the portal's routes", async () => {
    const world = await open();
    const origin = "http://south.test";
    const preflight = await world.browser().send("OPTIONS", VAULT, undefined, {
      origin,
      "access-control-request-method": "PUT",
    });
    expect(preflight.status).toBe(404);
    const { headers } = await world.browser().get("/portal/v1/config", { origin });
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("cannot find the node under a name of its own", async () => {
    const world = await open({ publicUrl: "https://node.example.org" });
    expect((await world.browser().get("/portal/v1/config")).json).toMatchObject({ code: "cross-site" });
  });

  it("of a member may call what takes signatures, and ask first", async () => {
    const { node, url } = await open({
      config: { origins: ["https://portal.example.org", "http://127.0.0.1:4002"] },
      handlers: (node) => exchangeHandlers(node, new RequestWindow(-1)),
    });
    await followLedger(node, node.copy);
    const ask = async (origin: string): Promise<Headers> => {
      const answer = await fetch(`${url}${exchangeRoutes.putRecords.path}`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "signature",
        },
      });
      expect(answer.status).toBe(204);
      return answer.headers;
    };
    for (const origin of [
      "http://south.test",
      "https://portal.example.org",
      "http://127.0.0.1:4002",
      "http://localhost:4002",
    ]) {
      const headers = await ask(origin);
      expect(headers.get("access-control-allow-origin")).toBe(origin);
      expect(headers.get("access-control-allow-methods")).toBe("POST");
      expect(headers.get("access-control-allow-headers")).toMatch(/signature-input/);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect(headers.get("vary")).toBe("origin");
    }
    for (const origin of ["https://evil.example", "null", "http://localhost:4003"])
      expect((await ask(origin)).get("access-control-allow-origin")).toBeNull();
    // What is refused says so to the page as well.
    const refused = await fetch(`${url}${exchangeRoutes.putRecords.path}`, {
      method: "POST",
      headers: { origin: "http://localhost:4002" },
      body: "",
    });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("access-control-allow-origin")).toBe("http://localhost:4002");
    expect(refused.headers.get("access-control-expose-headers")).toMatch(/retry-after/);
  });
});

describe("a vault", () => {
  it("is replaced by who saw its newest version, and by one of two at once", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const answers = await Promise.all(
      ["AQID", "BAUG"].map((sealed) => browser.send("PUT", VAULT, { version: 1, sealed })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({
      code: "vault-conflict",
      meta: { version: 2 },
    });
  });

  it("keeps its wrappers until a list takes their place, and those that stay keep id and time", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const kit = { kind: "kit", salt: toBase64url(new Uint8Array(32)), wrapped: "AQID" };
    const device = { kind: "device", salt: toBase64url(new Uint8Array(32).fill(1)), wrapped: "BAUG" };
    await browser.send("PUT", VAULT, { version: 1, sealed: "AQID", wrappers: [kit] });
    const first = (await browser.get(VAULT)).json as { wrappers: unknown[] };
    expect(first.wrappers).toMatchObject([kit]);
    world.clock.time += 5;
    await browser.send("PUT", VAULT, { version: 2, sealed: "AQID", wrappers: [kit, device] });
    await browser.send("PUT", VAULT, { version: 3, sealed: "AQID" });
    const second = (await browser.get(VAULT)).json as { wrappers: unknown[] };
    expect(second.wrappers).toMatchObject([kit, device]);
    expect(second.wrappers[0]).toEqual(first.wrappers[0]);
    await browser.send("PUT", VAULT, { version: 4, sealed: "AQID", wrappers: [device] });
    expect((await browser.get(VAULT)).json).toMatchObject({ version: 5, wrappers: [device] });
  });

  it("takes no wrapper of a passkey that is not the account's, no empty list, and nothing malformed or too large", async () => {
    const world = await open();
    const browser = await signedIn(world);
    const salt = toBase64url(new Uint8Array(32));
    for (const [wrappers, code] of [
      [[{ kind: "passkey", credential: "AQID", salt, wrapped: "AQID" }], "bad-wrapper"],
      [[{ kind: "passkey", salt, wrapped: "AQID" }], "bad-wrapper"],
      [[{ kind: "kit", credential: "AQID", salt, wrapped: "AQID" }], "bad-wrapper"],
      [[], "bad-field"],
      [[{ kind: "kit", salt: "AQID", wrapped: "AQID" }], "bad-field"],
      [[{ kind: "kit", salt, wrapped: "AQID", more: 1 }], "unknown-field"],
    ] as const) {
      const { json } = await browser.send("PUT", VAULT, { version: 1, sealed: "AQID", wrappers });
      expect(json).toMatchObject({ status: 400, code });
    }
    const sealed = "A".repeat(6 * 1024 * 1024);
    expect((await browser.send("PUT", VAULT, { version: 1, sealed })).json).toMatchObject({
      code: "too-large",
    });
    expect((await browser.send("PUT", VAULT, "no object")).json).toMatchObject({ code: "bad-field" });
    expect((await browser.get(VAULT)).json).toMatchObject({ version: 1 });
  });

  it("of somebody else, or without a session, is not given", async () => {
    const world = await open();
    const patient = await signedIn(world);
    await patient.send("PUT", VAULT, { version: 1, sealed: "BAUG" });
    expect((await (await signedIn(world, "doctor")).get(VAULT)).json).toMatchObject({
      sealed: toBase64url(PERSON.sealed),
    });
    expect((await world.browser().get(VAULT)).status).toBe(401);
    expect((await world.browser().send("PUT", VAULT, { version: 0, sealed: "AQID" })).status).toBe(401);
  });

  it("is the old one or the new one whole, wherever the process ends", async () => {
    const world = await open();
    await signedIn(world);
    const [row] = await world.node.db.query<{ account: string }>("select account from portal_accounts");
    const account = row?.account ?? "";
    const next = {
      version: 1,
      sealed: Uint8Array.of(9),
      wrappers: [{ kind: "kit" as const, salt: new Uint8Array(32), wrapped: Uint8Array.of(1) }],
    };
    for (let at = 1; ; at++) {
      const { db, statements } = dyingDatabase(world.node.db, at);
      const ended = await putVault({ ...world.node, db }, account, next).then(
        () => false,
        () => true,
      );
      const { version, sealed, wrappers } = await getVault(world.node, account);
      if (!ended) {
        expect(statements()).toBeLessThan(at);
        expect({ version, sealed, wrappers: wrappers.length }).toEqual({
          version: 2,
          sealed: next.sealed,
          wrappers: 1,
        });
        break;
      }
      expect({ version, wrappers: wrappers.length }).toEqual({ version: 1, wrappers: 0 });
    }
  });
});

describe("the node's pages", () => {
  const html =
    '<!doctype html><meta property="csp-nonce" nonce="ANAMNESIS-CSP-NONCE"><link rel="stylesheet" href="/assets/a-1.css" nonce="ANAMNESIS-CSP-NONCE">';

  async function built(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "anamnesis-pages-"));
    await mkdir(join(folder, "assets"));
    const script = "export const answer = 42;";
    await writeFile(join(folder, "index.html"), html);
    await writeFile(join(folder, "assets", "main-1.js"), script);
    await writeFile(join(folder, "assets", "main-1.js.br"), brotliCompressSync(script));
    await writeFile(join(folder, "assets", "main-1.js.gz"), gzipSync(script));
    await writeFile(join(folder, "assets", "main-1.js.map"), "{}");
    await writeFile(join(folder, "assets", "keys.worker-1.js"), script);
    await writeFile(join(folder, "favicon.svg"), "<svg/>");
    return folder;
  }

  it("say how they are built where they are not", async () => {
    const world = await open();
    const { status, text, headers } = await world.browser().get("/", { accept: "text/html" });
    expect(status).toBe(200);
    expect(text).toContain("npm -w apps/portal run build");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("have a nonce of their own each time, and strict headers", async () => {
    const world = await open({ config: { pages: await built(), origins: ["https://node.south.example"] } });
    const first = await world.browser().get("/", { accept: "text/html" });
    const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? "";
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(first.text).toBe(html.replaceAll("ANAMNESIS-CSP-NONCE", nonce));
    expect(first.headers.get("content-security-policy")).toBe(
      [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "worker-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "connect-src 'self' https://node.south.example",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types anamnesis default",
      ].join("; "),
    );
    expect(Object.fromEntries(first.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(first.headers.get("permissions-policy")).toContain("geolocation=()");
    expect(first.headers.get("strict-transport-security")).toBeNull();
    expect((await world.browser().get("/")).text).not.toBe(first.text);
  });

  it("are the same for every address of a person, and nothing for those of programs", async () => {
    const world = await open({ config: { pages: await built() } });
    const asked = async (path: string, accept: string): Promise<number> =>
      (await world.browser().get(path, { accept })).status;
    expect(await asked("/share/with/a%20doctor?x=1", "text/html,application/xhtml+xml")).toBe(200);
    expect(await asked("/share", "application/json")).toBe(404);
    for (const path of ["/v1/nothing", "/portal/v1/nothing", "/assets/nothing.js", "/oauth/nothing"])
      expect(await asked(path, "text/html")).toBe(404);
    expect(await asked("/assets/main-1.js.map", "*/*")).toBe(404);
    for (const path of [
      "/assets/../index.html",
      "/assets/..%2f..%2fpackage.json",
      "/..%2fpackage.json",
      "//etc/passwd",
    ])
      expect((await world.browser().get(path)).text).not.toContain("anamnesis/portal");
  });

  it("keep what never changes for ever, in the form that the browser takes", async () => {
    const world = await open({ config: { pages: await built() } });
    const { get } = {
      get: (encoding: string) => world.browser().get("/assets/main-1.js", { "accept-encoding": encoding }),
    };
    for (const [accepted, sent] of [
      ["gzip, deflate, br", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
      ["identity", null],
    ] as const) {
      const { headers, text } = await get(accepted);
      expect(headers.get("content-encoding")).toBe(sent);
      expect(text).toBe("export const answer = 42;");
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(headers.get("vary")).toBe("accept-encoding");
      expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    }
  });

  it("ask again for a worker, whose policy is that of its own answer", async () => {
    const pages = await built();
    const world = await open({ config: { pages } });
    const path = "/assets/keys.worker-1.js";
    const { headers } = await world.browser().get(path);
    const tag = headers.get("etag") ?? "";
    expect(headers.get("cache-control")).toBe("no-cache");
    expect(headers.get("content-security-policy")).toContain("connect-src 'self'");
    expect((await world.browser().get(path, { "if-none-match": tag })).status).toBe(304);
    const other = await open({ config: { pages, origins: ["https://new.member.example"] } });
    const changed = await other.browser().get(path, { "if-none-match": tag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get("content-security-policy")).toContain("https://new.member.example");
  });

  it("come with HSTS where the public address is https", async () => {
    const world = await open({ publicUrl: "https://node.example.org" });
    expect((await world.browser().get("/")).headers.get("strict-transport-security")).toMatch(
      /^max-age=\d{8}/,
    );
  });
});
