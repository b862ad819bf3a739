import { createHash } from "node:crypto";
import { toBase64url } from "@anamnesis/api/http/base64url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../../indexer/testing/testDatabase.ts";
import {
  openPortal,
  type PortalWorld,
  type PortalWorldOptions,
  type TestBrowser,
} from "../testing/portalWorld.ts";
import {
  type Changes,
  type CreationOptions,
  type RequestOptions,
  SoftAuthenticator,
} from "../testing/softAuthenticator.ts";

beforeAll(startTestDatabase);
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  await releaseTestDatabases();
});

const PASSKEYS = "/portal/v1/passkeys";
const SESSION = "/portal/v1/session";
const VAULT = "/portal/v1/vault";
const SALT = toBase64url(new Uint8Array(32));

async function open(options: PortalWorldOptions = {}): Promise<PortalWorld> {
  const world = await openPortal(options);
  worlds.push(world);
  return world;
}

/** Under which browsers know the node: an RP id is a name. */
const originOf = ({ url }: PortalWorld): string => url.replace("127.0.0.1", "localhost");

interface Begun<Options> {
  readonly ceremony: string;
  readonly options: Options;
}

async function beginNew(browser: TestBrowser): Promise<Begun<CreationOptions>> {
  const { json } = await browser.post(`${PASSKEYS}/registration-options`, { kind: "patient" });
  return json;
}

async function register(
  world: PortalWorld,
  browser: TestBrowser,
  changes: Changes = {},
): Promise<{ key: SoftAuthenticator; status: number; json: never }> {
  const { ceremony, options } = await beginNew(browser);
  const key = new SoftAuthenticator(originOf(world));
  const response = key.create(options, changes);
  const { status, json } = await browser.post(`${PASSKEYS}/registration`, { ceremony, response });
  return { key, status, json };
}

async function beginSignIn(browser: TestBrowser): Promise<Begun<RequestOptions>> {
  const { json } = await browser.post(`${PASSKEYS}/sign-in-options`);
  return json;
}

async function signIn(
  browser: TestBrowser,
  key: SoftAuthenticator,
  changes: Changes = {},
): Promise<{ status: number; json: never; headers: Headers }> {
  const { ceremony, options } = await beginSignIn(browser);
  return browser.post(`${PASSKEYS}/sign-in`, { ceremony, response: key.get(options, changes) });
}

describe("a passkey", () => {
  it("makes an account, and signs in to it without a name", async () => {
    const world = await open();
    const browser = world.browser();
    const { options } = await beginNew(browser);
    expect(options).toMatchObject({
      rp: { id: "localhost", name: "north" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      extensions: {
        prf: { eval: { first: createHash("sha256").update("anamnesis-portal-prf").digest("base64url") } },
      },
    });
    const { key, json: session } = await register(world, browser);
    expect(session).toMatchObject({
      kind: "patient",
      how: "passkey",
      passkeys: [{ credential: key.credential }],
    });
    const other = world.browser();
    const begun = await beginSignIn(other);
    expect(begun.options).toMatchObject({
      rpId: "localhost",
      userVerification: "required",
      allowCredentials: [],
    });
    expect(begun.options).toHaveProperty("extensions.prf.eval.first");
    const { status, json } = await signIn(other, key);
    expect(status).toBe(200);
    expect((json as { account: string }).account).toBe((session as { account: string }).account);
    expect((await other.get(SESSION)).json).toMatchObject({ how: "passkey" });
  });

  it("is worth nothing with another origin, RP id, challenge, type, key, user, or without its user's verification", async () => {
    const world = await open();
    const { key } = await register(world, world.browser());
    const stranger = new SoftAuthenticator(originOf(world));
    const wrong: readonly Changes[] = [
      { origin: "https://evil.example" },
      { origin: world.url.replace("127.0.0.1", "localhost.evil.example") },
      { rpId: "evil.example" },
      { challenge: toBase64url(new Uint8Array(32)) },
      { type: "webauthn.create" },
      { flags: 0x01 },
      { flags: 0x04 },
      { userHandle: toBase64url(new Uint8Array(32)) },
      { signature: Buffer.from("00") },
      { id: stranger.credential },
      { id: "" },
    ];
    for (const changes of wrong) {
      // Each from a clock of its own: what failed before slows the next one.
      world.clock.time += 60;
      const { json } = await signIn(world.browser(), key, changes);
      expect({ ...(json as object), changes }).toMatchObject({ status: 401, code: "sign-in-failed" });
    }
    world.clock.time += 60;
    const unknown = await signIn(world.browser(), stranger);
    const badKey = await signIn(world.browser(), key, { signature: Buffer.from("00") });
    // Who has no account here and who has a wrong key hear the same.
    expect(unknown.json).toEqual(badKey.json);
    world.clock.time += 60;
    expect((await signIn(world.browser(), key)).status).toBe(200);
  });

  it("is not made without its user's verification, for another origin, or for a challenge of another ceremony", async () => {
    const world = await open();
    for (const changes of [{ flags: 0x41 }, { origin: "https://evil.example" }, { rpId: "evil.example" }]) {
      expect(await register(world, world.browser(), changes)).toMatchObject({
        status: 401,
        json: { code: "sign-in-failed" },
      });
    }
    const browser = world.browser();
    const first = await beginNew(browser);
    const second = await beginNew(browser);
    const response = new SoftAuthenticator(originOf(world)).create(first.options);
    const answer = { ceremony: second.ceremony, response };
    expect((await browser.post(`${PASSKEYS}/registration`, answer)).status).toBe(401);
    expect(await world.node.db.query("select 1 as one from portal_accounts")).toEqual([]);
  });

  it("answers a challenge once, within five minutes, and no challenge of the other kind", async () => {
    const world = await open();
    const { key } = await register(world, world.browser());
    const browser = world.browser();
    const { ceremony, options } = await beginSignIn(browser);
    const response = key.get(options);
    const send = (): Promise<{ status: number }> =>
      browser.post(`${PASSKEYS}/sign-in`, { ceremony, response });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
    const late = await beginSignIn(browser);
    world.clock.time += 300;
    const body = { ceremony: late.ceremony, response: key.get(late.options) };
    expect((await browser.post(`${PASSKEYS}/sign-in`, body)).status).toBe(401);
    const made = await beginNew(world.browser());
    const mixed = {
      ceremony: made.ceremony,
      response: key.get({ challenge: made.options.challenge, rpId: "localhost" }),
    };
    expect((await browser.post(`${PASSKEYS}/sign-in`, mixed)).status).toBe(401);
  });

  it("that counts must count on: a copy is refused, and what was copied once the copy was used", async () => {
    const world = await open();
    const { key } = await register(world, world.browser());
    key.counter = 5;
    expect((await signIn(world.browser(), key)).status).toBe(200);
    const copy = key.clone();
    copy.counter = 6;
    expect((await signIn(world.browser(), copy)).status).toBe(200);
    key.counter = 6;
    expect((await signIn(world.browser(), key)).json).toMatchObject({ code: "sign-in-failed" });
    key.counter = 0;
    expect((await signIn(world.browser(), key)).json).toMatchObject({ code: "sign-in-failed" });
    expect(world.lines.join("\n")).toContain("portal-passkey-cloned");
    key.counter = 7;
    expect((await signIn(world.browser(), key)).status).toBe(200);
  });

  it("is added with a session, to that account alone, and opens the vault that it wraps", async () => {
    const world = await open();
    const browser = world.browser();
    const { key, json: session } = await register(world, browser);
    const begun = await beginNew(browser);
    expect(begun.options.excludeCredentials).toMatchObject([{ id: key.credential }]);
    const second = new SoftAuthenticator(originOf(world));
    const answer = { ceremony: begun.ceremony, response: second.create(begun.options) };
    // Somebody else's browser has the question and the answer, and not the session.
    expect((await world.browser().post(`${PASSKEYS}/registration`, answer)).status).toBe(401);
    const added = await register(world, browser);
    expect(added.json).toMatchObject({ account: (session as { account: string }).account });
    expect((added.json as { passkeys: unknown[] }).passkeys).toHaveLength(2);
    const wrappers = [key, added.key].map(({ credential }) => ({
      kind: "passkey",
      credential,
      salt: SALT,
      wrapped: "AQID",
    }));
    expect((await browser.send("PUT", VAULT, { version: 0, sealed: "AQID", wrappers })).json).toEqual({
      version: 1,
    });
    const other = world.browser();
    expect((await signIn(other, added.key)).status).toBe(200);
    const kept = ((await other.get(VAULT)).json as { wrappers: { credential: string }[] }).wrappers;
    expect(kept.map(({ credential }) => credential)).toContain(added.key.credential);
  });

  it("goes with its wrapper and with all sessions but this one, and never as the last one", async () => {
    const world = await open();
    const browser = world.browser();
    const { key } = await register(world, browser);
    const remove = (credential: string) => browser.post(`${PASSKEYS}/removal`, { credential });
    expect((await remove(key.credential)).json).toMatchObject({ status: 409, code: "last-passkey" });
    const { key: lost } = await register(world, browser);
    const wrapper = { kind: "passkey", credential: lost.credential, salt: SALT, wrapped: "AQID" };
    await browser.send("PUT", VAULT, { version: 0, sealed: "AQID", wrappers: [wrapper] });
    // Nothing else would open the vault.
    expect((await remove(lost.credential)).json).toMatchObject({ code: "last-passkey" });
    const wrappers = [wrapper, { ...wrapper, credential: key.credential }];
    await browser.send("PUT", VAULT, { version: 1, sealed: "AQID", wrappers });
    const thief = world.browser();
    await signIn(thief, lost);
    expect((await remove("AQID")).json).toMatchObject({ code: "not-found" });
    expect((await remove(lost.credential)).json).toMatchObject({
      passkeys: [{ credential: key.credential }],
    });
    expect((await thief.get(SESSION)).status).toBe(401);
    expect((await signIn(thief, lost)).status).toBe(401);
    expect((await browser.get(VAULT)).json).toMatchObject({ wrappers: [{ credential: key.credential }] });
    expect((await browser.get(SESSION)).status).toBe(200);
  });

  it("is offered where browsers make one, and nowhere else", async () => {
    for (const [publicUrl, offered] of [
      ["https://node.example.org", true],
      ["http://node.example.org", false],
      ["https://192.0.2.7", false],
    ] as const) {
      const world = await open({ publicUrl, config: { demo: null } });
      const { host } = new URL(publicUrl);
      const { request } = await import("node:http");
      const text = await new Promise<string>((resolve, reject) => {
        const sent = request(`${world.url}/portal/v1/config`, { headers: { host } }, (answer) => {
          let body = "";
          answer.on("data", (piece: Buffer) => (body += piece.toString()));
          answer.on("end", () => resolve(body));
        });
        sent.once("error", reject).end();
      });
      expect(JSON.parse(text)).toMatchObject({ signIn: offered ? ["passkey", "wallet"] : [] });
    }
  });
});

describe("who guesses", () => {
  it("waits longer and longer at an account, and its owner gets in again", async () => {
    const world = await open({ server: { proxies: ["127.0.0.1"] } });
    const { key } = await register(world, world.browser());
    let place = 0;
    const from = (): TestBrowser => {
      const browser = world.browser();
      const send = browser.send.bind(browser);
      const address = `198.51.100.${++place % 250}`;
      browser.send = (method, path, body, headers) =>
        send(method, path, body, { ...headers, "x-forwarded-for": address });
      return browser;
    };
    const wrong = (): ReturnType<typeof signIn> => signIn(from(), key, { signature: Buffer.from("00") });
    for (let i = 0; i < 5; i++) expect((await wrong()).status).toBe(401);
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const refused = await wrong();
      expect(refused.json).toMatchObject({ status: 429, code: "rate-limited" });
      expect(refused.headers.get("retry-after")).toBe(String(seconds));
      world.clock.time += seconds;
      expect((await wrong()).status).toBe(401);
    }
    // From anywhere: also its owner, and no longer than a minute.
    expect((await signIn(from(), key)).status).toBe(429);
    world.clock.time += 60;
    expect((await signIn(from(), key)).status).toBe(200);
    expect((await signIn(from(), key)).status).toBe(200);
  });

  it("waits at a network, which a success does not forgive and time does", async () => {
    const world = await open();
    const { key } = await register(world, world.browser());
    const stranger = new SoftAuthenticator(originOf(world));
    for (let i = 0; i < 20; i++) {
      stranger.id[0] = i;
      expect((await signIn(world.browser(), stranger)).status).toBe(401);
    }
    expect((await signIn(world.browser(), key)).status).toBe(429);
    world.clock.time += 1;
    expect((await signIn(world.browser(), key)).status).toBe(200);
    expect((await signIn(world.browser(), stranger)).status).toBe(401);
    expect((await signIn(world.browser(), key)).status).toBe(429);
    world.clock.time += 3600;
    for (let i = 0; i < 3; i++) expect((await signIn(world.browser(), stranger)).status).toBe(401);
    expect((await signIn(world.browser(), key)).status).toBe(200);
  });

  it("is not forgiven by a restart", async () => {
    const world = await open();
    const stranger = new SoftAuthenticator(originOf(world));
    for (let i = 0; i < 20; i++) await signIn(world.browser(), stranger);
    const again = await open({ db: world.node.db, clock: world.clock });
    expect((await signIn(again.browser(), stranger)).status).toBe(429);
  });
});
