import { mkdtemp, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { TestClock } from "../../indexer/testing/testNode.ts";
import { openPortal, type PortalWorld, type TestBrowser } from "../testing/portalWorld.ts";
import type { LoginSettings } from "./loginSettings.ts";
import { organisationLogin } from "./organisationLogin.ts";
import { LoginBrowser } from "./testing/loginBrowser.ts";
import { type OrganisationProvider, startOrganisationProvider } from "./testing/organisationProvider.ts";

const LOGIN = "/portal/v1/organisation-login";
const SESSION = "/portal/v1/session";
const EVENTS = { "http://schemas.openid.net/event/backchannel-logout": {} };
const IDA = { sub: "7d0c-ida-northbank", claims: { groups: ["wards", "anamnesis"] } };
const SECRET_FILE = "client";

beforeAll(startTestDatabase);
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await releaseTestDatabases();
});

interface World extends PortalWorld {
  readonly provider: OrganisationProvider;
}

interface Options {
  /** The node proves itself with a key, and not with a secret. */
  readonly byKey?: boolean;
  readonly settings?: Partial<LoginSettings>;
}

/** A node's portal and its organisation's provider, both real servers. */
async function open({ byKey = false, settings = {} }: Options = {}): Promise<World> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const clientKey = { ...(await exportJWK(publicKey)), alg: "ES256", kid: "node" } as const;
  const provider = await startOrganisationProvider(byKey ? { clientKey } : {});
  closing.push(() => provider.close());
  provider.people.set("ida", IDA);
  const file = join(await mkdtemp(join(tmpdir(), "anamnesis-login-")), SECRET_FILE);
  const key = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "node" };
  await writeFile(file, byKey ? JSON.stringify(key) : `${provider.secret}\n`);
  const clock = new TestClock();
  clock.time = Math.floor(Date.now() / 1000);
  const oidc: LoginSettings = {
    issuer: provider.issuer,
    clientId: provider.clientId,
    client: { kind: byKey ? "key" : "secret", file },
    scopes: [],
    maxAge: null,
    allowed: null,
    ...settings,
  };
  const world = await openPortal({ clock, config: { oidc } });
  closing.push(() => world.close());
  provider.register([world.url.replace("127.0.0.1", "localhost")]);
  return { ...world, provider };
}

async function signedIn(world: World, id = "doctor"): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
}

type Answer = Awaited<ReturnType<TestBrowser["post"]>>;

/** Goes to the provider as `login`; the query with which it sends the browser back. */
async function queryOf(browser: TestBrowser, purpose: "sign-in" | "link", login = "ida"): Promise<string> {
  const { json } = await browser.post(`${LOGIN}/begin`, { purpose });
  const back = await new LoginBrowser(login).follow((json as { url: string }).url);
  expect(back.pathname).toBe("/sign-in/organisation");
  return back.search;
}

/** The whole way, as a browser goes it. */
async function come(browser: TestBrowser, purpose: "sign-in" | "link", login = "ida"): Promise<Answer> {
  return browser.post(`${LOGIN}/answer`, { query: await queryOf(browser, purpose, login) });
}

/** What a logout token of Ida says, made now and without its `jti`. */
function logoutClaims({ provider }: World): JWTPayload & { readonly iat: number } {
  const iat = Math.floor(Date.now() / 1000);
  return { iss: provider.issuer, aud: "anamnesis", sub: IDA.sub, events: EVENTS, iat, exp: iat + 120 };
}

/** As a provider does; the status of the answer. */
async function sendLogout(
  { url }: World,
  token: string,
  type = "application/x-www-form-urlencoded",
): Promise<number> {
  const body = type.startsWith("application/x")
    ? new URLSearchParams({ logout_token: token }).toString()
    : token;
  const headers = { "content-type": type };
  return (await fetch(`${url}${LOGIN}/logout`, { method: "POST", headers, body })).status;
}

const FAILED = { status: 401, code: "sign-in-failed" };

describe("the organisation's login", () => {
  it("is offered where it is set, and is not there elsewhere", async () => {
    const world = await open();
    expect((await world.browser().get("/portal/v1/config")).json).toMatchObject({
      signIn: ["passkey", "wallet", "oidc", "demo"],
    });
    const without = await openPortal();
    closing.push(() => without.close());
    const browser = without.browser();
    expect((await browser.get("/portal/v1/config")).json).toMatchObject({
      signIn: ["passkey", "wallet", "demo"],
    });
    const { json } = await browser.post(`${LOGIN}/begin`, { purpose: "sign-in" });
    expect(json).toMatchObject({ status: 404, code: "not-offered" });
  });

  it.each([{ byKey: false }, { byKey: true }])(
    "that was linked signs in from any browser, with a new session, until it is unlinked (by key: $byKey)",
    async ({ byKey }) => {
      const world = await open({ byKey });
      const stranger = world.browser();
      expect((await come(stranger, "sign-in")).json).toMatchObject({ status: 403, code: "login-unknown" });
      expect(stranger.cookies.size).toBe(0);

      const doctor = await signedIn(world);
      const session = doctor.cookies.get("anamnesis-session");
      const { json: linked } = await come(doctor, "link");
      expect(linked).toMatchObject({
        purpose: "link",
        session: { how: "demo", kind: "staff", organisationLogin: world.clock.time },
      });
      expect(doctor.cookies.get("anamnesis-session")).toBe(session);

      const elsewhere = await signedIn(world, "patient");
      const before = elsewhere.cookies.get("anamnesis-session");
      const { json } = await come(elsewhere, "sign-in");
      const { account } = (linked as { session: { account: string } }).session;
      expect(json).toMatchObject({ purpose: "sign-in", session: { how: "oidc", kind: "staff", account } });
      expect(elsewhere.cookies.get("anamnesis-session")).not.toBe(before);
      expect([...elsewhere.cookies.keys()]).toEqual(["anamnesis-session"]);
      // The session that the browser had before is over.
      const thief = world.browser();
      thief.cookies.set("anamnesis-session", before ?? "");
      expect((await thief.get(SESSION)).status).toBe(401);

      const { json: without } = await doctor.post(`${LOGIN}/removal`);
      expect(without).not.toHaveProperty("organisationLogin");
      expect((await elsewhere.get(SESSION)).status).toBe(401);
      expect((await doctor.get(SESSION)).status).toBe(200);
      expect((await come(stranger, "sign-in")).json).toMatchObject({ code: "login-unknown" });
      expect((await doctor.post(`${LOGIN}/removal`)).status).toBe(404);
    },
  );

  it("is for staff alone: a patient links none, and one of a patient's account would sign in to nothing", async () => {
    const world = await open();
    const patient = await signedIn(world, "patient");
    expect((await patient.post(`${LOGIN}/begin`, { purpose: "link" })).json).toMatchObject({
      code: "not-offered",
    });
    expect((await world.browser().post(`${LOGIN}/begin`, { purpose: "link" })).json).toMatchObject({
      code: "not-signed-in",
    });
    const { json } = await patient.get(SESSION);
    const account = Buffer.from((json as { account: string }).account, "base64url").toString("hex");
    await world.node.db.query(
      "insert into portal_logins (how, subject, account, created) select 'oidc', $1, account, 0 from portal_accounts where account = $2",
      [organisationLogin(`${world.provider.issuer}/`, IDA.sub), `0x${account}`],
    );
    expect((await world.node.db.query("select 1 as one from portal_logins")).length).toBe(1);
    expect((await come(world.browser(), "sign-in")).json).toMatchObject({ code: "login-unknown" });
  });

  it("is linked by who just signed in, not at a page that somebody left open", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    world.clock.time += 900;
    expect((await doctor.post(`${LOGIN}/begin`, { purpose: "link" })).json).toMatchObject({
      status: 403,
      code: "sign-in-again",
    });
  });

  it("is linked at no such page after another one was unlinked there: the session that begins then is as old", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    const began = world.clock.time;
    world.clock.time += 900;
    const { json: renewed } = await doctor.post(`${LOGIN}/removal`);
    expect(renewed).not.toHaveProperty("organisationLogin");
    expect((await doctor.get(SESSION)).status).toBe(200);
    expect((await doctor.post(`${LOGIN}/begin`, { purpose: "link" })).json).toMatchObject({
      status: 403,
      code: "sign-in-again",
    });
    // Nor does it last longer than twelve hours from the sign-in.
    const step = 120;
    while ((await doctor.get(SESSION)).status === 200 && world.clock.time < began + 13 * 3600)
      world.clock.time += step;
    expect(world.clock.time).toBeLessThanOrEqual(began + 12 * 3600 + step);
  });

  it("is of one account, and an account has one", async () => {
    const world = await open();
    world.provider.people.set("other", { sub: "other" });
    const doctor = await signedIn(world);
    expect((await come(doctor, "link")).status).toBe(200);
    expect((await doctor.post(`${LOGIN}/begin`, { purpose: "link" })).json).toMatchObject({
      status: 409,
      code: "login-linked",
    });
    const colleague = await signedIn(world, "nurse");
    expect((await come(colleague, "link")).json).toMatchObject({ status: 409, code: "login-taken" });
    expect((await come(colleague, "link", "other")).status).toBe(200);
  });

  it("stands in the database as a hash; no token, code or name does, nor in the log", async () => {
    const world = await open();
    const tokens: string[] = [];
    world.provider.forge = async (token) => {
      tokens.push(token);
      return token;
    };
    const doctor = await signedIn(world);
    const query = await queryOf(doctor, "link");
    await doctor.post(`${LOGIN}/answer`, { query });
    await come(doctor, "sign-in");
    const tables = await world.node.db.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public' and tablename like 'portal%'",
    );
    let kept = world.lines.join("\n");
    for (const { tablename } of tables)
      kept += JSON.stringify(await world.node.db.query(`select * from ${tablename}`));
    expect(kept).toContain(organisationLogin(`${world.provider.issuer}/`, IDA.sub));
    const code = new URLSearchParams(query).get("code") ?? expect.unreachable("a code");
    for (const secret of [IDA.sub, code, world.provider.secret, ...tokens])
      expect(kept).not.toContain(secret);
    expect(tokens.length).toBe(2);
  });
});

describe("an answer of the provider", () => {
  it("counts once, in the browser that asked, for five minutes", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");

    const browser = world.browser();
    const { headers } = await browser.post(`${LOGIN}/begin`, { purpose: "sign-in" });
    expect(headers.get("set-cookie")).toMatch(
      /^anamnesis-login=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Strict$/,
    );
    const query = await queryOf(browser, "sign-in");
    // Somebody else's browser, led to the page with it: with no cookie of its own, and with one.
    expect((await world.browser().post(`${LOGIN}/answer`, { query })).json).toMatchObject(FAILED);
    expect((await browser.post(`${LOGIN}/answer`, { query })).json).toMatchObject(FAILED);
    const other = world.browser();
    await other.post(`${LOGIN}/begin`, { purpose: "sign-in" });
    const again = await queryOf(browser, "sign-in");
    expect((await other.post(`${LOGIN}/answer`, { query: again })).json).toMatchObject(FAILED);

    const good = await queryOf(browser, "sign-in");
    const secret = browser.cookies.get("anamnesis-login") ?? "";
    expect((await browser.post(`${LOGIN}/answer`, { query: good })).status).toBe(200);
    browser.cookies.set("anamnesis-login", secret);
    expect((await browser.post(`${LOGIN}/answer`, { query: good })).json).toMatchObject(FAILED);

    const late = await queryOf(browser, "sign-in");
    world.clock.time += 300;
    expect((await browser.post(`${LOGIN}/answer`, { query: late })).json).toMatchObject(FAILED);
  });

  it("for linking links to the account that asked, and to no other", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    const query = await queryOf(doctor, "link");
    expect((await doctor.post("/portal/v1/demo/sign-in", { id: "nurse" })).status).toBe(200);
    expect((await doctor.post(`${LOGIN}/answer`, { query })).json).toMatchObject(FAILED);
    expect((await world.node.db.query("select 1 as one from portal_logins")).length).toBe(0);
  });

  it("of another code, or that names another issuer or none, is refused", async () => {
    const world = await open();
    const browser = await signedIn(world);
    await come(browser, "link");
    const changes: readonly ((query: URLSearchParams) => void)[] = [
      (query) => query.set("iss", "https://evil.example"),
      (query) => query.delete("iss"),
      (query) => query.set("code", "another"),
      (query) => query.append("state", query.get("state") ?? ""),
      (query) => query.set("id_token", "a.b.c"),
    ];
    for (const change of changes) {
      const query = new URLSearchParams(await queryOf(browser, "sign-in"));
      change(query);
      const { json } = await browser.post(`${LOGIN}/answer`, { query: `?${query.toString()}` });
      expect([change.toString(), json]).toEqual([change.toString(), expect.objectContaining(FAILED)]);
    }
    expect((await browser.post(`${LOGIN}/answer`, { query: "" })).json).toMatchObject(FAILED);
  });

  it("of another browser's code does not fit the verifier of this one", async () => {
    const world = await open();
    await come(await signedIn(world), "link");
    const [mine, theirs] = [world.browser(), world.browser()];
    const [own, foreign] = [await queryOf(mine, "sign-in"), await queryOf(theirs, "sign-in")];
    const query = new URLSearchParams(own);
    query.set("code", new URLSearchParams(foreign).get("code") ?? "");
    expect((await mine.post(`${LOGIN}/answer`, { query: query.toString() })).json).toMatchObject(FAILED);
  });

  it("is slowed by network after twenty failures", async () => {
    const world = await open();
    const browser = world.browser();
    for (let i = 0; i < 20; i++)
      expect((await browser.post(`${LOGIN}/answer`, { query: "state=x" })).status).toBe(401);
    for (const [path, body] of [
      ["answer", { query: "state=x" }],
      ["begin", { purpose: "sign-in" }],
    ] as const)
      expect((await browser.post(`${LOGIN}/${path}`, body)).json).toMatchObject({ code: "rate-limited" });
    // A login that fails keeps nobody from a passkey.
    expect((await browser.post("/portal/v1/passkeys/sign-in-options")).status).toBe(200);
  });
});

describe("an ID token", () => {
  const now = (): number => Math.floor(Date.now() / 1000);
  const changed =
    (change: (claims: JWTPayload) => JWTPayload) =>
    async (world: World, token: string): Promise<string> =>
      world.provider.sign(change(decodeJwt(token)));
  const cases: readonly (readonly [string, (world: World, token: string) => Promise<string>])[] = [
    ["for another client", changed((claims) => ({ ...claims, aud: "another" }))],
    [
      "for two, of which the other asked",
      changed((claims) => ({ ...claims, aud: ["anamnesis", "b"], azp: "b" })),
    ],
    ["for this one, which another asked for", changed((claims) => ({ ...claims, azp: "another" }))],
    ["with another nonce", changed((claims) => ({ ...claims, nonce: "another" }))],
    ["without a nonce", changed(({ nonce: _, ...claims }) => claims)],
    ["of another issuer", changed((claims) => ({ ...claims, iss: "https://evil.example" }))],
    ["that is over", changed((claims) => ({ ...claims, iat: now() - 700, exp: now() - 60 }))],
    ["that is not good yet", changed((claims) => ({ ...claims, nbf: now() + 300 }))],
    ["without an end", changed(({ exp: _, ...claims }) => claims)],
    ["without a subject", changed(({ sub: _, ...claims }) => claims)],
    ["that nobody signed", async (_, token) => new UnsecuredJWT(decodeJwt(token)).encode()],
    [
      "signed with the client's secret",
      async ({ provider }, token) =>
        new SignJWT(decodeJwt(token))
          .setProtectedHeader({ alg: "HS256" })
          .sign(new TextEncoder().encode(provider.secret)),
    ],
    [
      "signed by another key of the same name",
      async (_, token) => {
        const { privateKey } = await generateKeyPair("RS256");
        const header = { alg: "RS256", kid: "organisation" };
        return new SignJWT(decodeJwt(token)).setProtectedHeader(header).sign(privateKey);
      },
    ],
    [
      "whose claims were changed after it was signed",
      async (_, token) => {
        const [header, , signature] = token.split(".");
        const claims = { ...decodeJwt(token), sub: IDA.sub };
        return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
      },
    ],
    ["that is none", async () => "nothing"],
  ];
  it("of somebody is one where nothing is wrong, within half a minute of the clocks", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    for (const change of [
      (claims: JWTPayload) => claims,
      (claims: JWTPayload) => ({ ...claims, exp: now() - 10 }),
    ]) {
      world.provider.forge = async (token) => changed(change)(world, token);
      expect((await come(doctor, "sign-in")).status).toBe(200);
    }
  });
  it("with anything wrong is refused with the one code", async () => {
    const world = await open();
    await come(await signedIn(world), "link");
    world.provider.people.set("mallory", { sub: "mallory" });
    const outcomes: unknown[] = [];
    for (const [name, forge] of cases) {
      world.provider.forge = async (token) => forge(world, token);
      const browser = world.browser();
      const { json } = await come(browser, "sign-in", name.includes("changed") ? "mallory" : "ida");
      outcomes.push([name, json, browser.cookies.size]);
    }
    const refused: unknown = expect.objectContaining(FAILED);
    expect(outcomes).toEqual(cases.map(([name]): unknown[] => [name, refused, 0]));
  });
});

describe("the organisation's word", () => {
  it("keeps out whose account it ended, with a reason, and lets nobody in for it", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    world.provider.people.set("ida", { ...IDA, disabled: true });
    const { json } = await come(world.browser(), "sign-in");
    expect(json).toMatchObject({ status: 403, code: "login-refused" });
  });

  it("lets in who has one of the values that are allowed, and nobody else", async () => {
    const allowed = { claim: ["groups"], values: ["anamnesis", "administrators"] };
    const world = await open({ settings: { allowed } });
    const doctor = await signedIn(world);
    const answerFor = async (groups: unknown): Promise<number> => {
      world.provider.forge = async (token) => world.provider.sign({ ...decodeJwt(token), groups });
      return (await come(doctor, "link")).status;
    };
    expect(await answerFor(["wards"])).toBe(403);
    expect(await answerFor(undefined)).toBe(403);
    expect(await answerFor(["wards", "anamnesis"])).toBe(200);
    world.provider.forge = async (token) => world.provider.sign({ ...decodeJwt(token), groups: ["wards"] });
    expect((await come(doctor, "sign-in")).json).toMatchObject({ code: "login-refused" });
  });

  it("is that the person typed it lately, where that is asked", async () => {
    const world = await open({ settings: { maxAge: 300 } });
    const doctor = await signedIn(world);
    const { json } = await doctor.post(`${LOGIN}/begin`, { purpose: "link" });
    expect(new URL((json as { url: string }).url).searchParams.get("max_age")).toBe("300");
    expect((await come(doctor, "link")).status).toBe(200);
    for (const auth_time of [Math.floor(Date.now() / 1000) - 400, undefined]) {
      world.provider.forge = async (token) => world.provider.sign({ ...decodeJwt(token), auth_time });
      expect((await come(doctor, "sign-in")).json).toMatchObject(FAILED);
    }
  });

  it("ends all sessions of an account by a logout token, once", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    const elsewhere = world.browser();
    await come(elsewhere, "sign-in");
    const colleague = await signedIn(world, "nurse");
    const token = logoutClaims(world);
    const { iat } = token;
    const send = async (text: string, type?: string): Promise<number> => sendLogout(world, text, type);
    const wrong: readonly Promise<string>[] = [
      world.provider.sign(token),
      world.provider.sign({ ...token, jti: "1", nonce: "an ID token" }),
      world.provider.sign({ ...token, jti: "1", events: {} }),
      world.provider.sign({ ...token, jti: "1", aud: "another" }),
      world.provider.sign({ ...token, jti: "1", iss: "https://evil.example" }),
      world.provider.sign({ ...token, jti: "1", iat: iat - 600, exp: iat + 600 }),
      world.provider.sign({ ...token, jti: "1" }, { typ: "at+jwt" }),
      Promise.resolve(new UnsecuredJWT({ ...token, jti: "1" }).encode()),
      Promise.resolve("nothing"),
      Promise.resolve("a".repeat(20_000)),
    ];
    for (const one of wrong) expect(await send(await one)).toBe(400);
    const good = await world.provider.sign({ ...token, jti: "1" }, { typ: "logout+jwt" });
    expect(await send(good, "application/json")).toBe(400);
    expect((await fetch(`${world.url}${LOGIN}/logout`)).status).toBe(405);
    expect((await elsewhere.get(SESSION)).status).toBe(200);

    expect(await send(good)).toBe(200);
    expect((await doctor.get(SESSION)).status).toBe(401);
    expect((await elsewhere.get(SESSION)).status).toBe(401);
    expect((await colleague.get(SESSION)).status).toBe(200);
    await come(elsewhere, "sign-in");
    // The same token again ends nothing that was begun since.
    expect(await send(good)).toBe(400);
    expect((await elsewhere.get(SESSION)).status).toBe(200);
    const stranger = await world.provider.sign({ ...token, jti: "2", sub: "somebody else" });
    expect(await send(stranger)).toBe(200);
  });

  it("says where its own login is ended, to who came by it", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    await come(doctor, "sign-in");
    const { json } = await doctor.post(`${SESSION}/end`, { everywhere: false });
    const next = new URL((json as { next: string }).next);
    expect(next.origin).toBe(world.provider.issuer);
    expect(next.searchParams.get("post_logout_redirect_uri")).toBe(
      `${world.url.replace("127.0.0.1", "localhost")}/sign-in`,
    );
    const passed = await signedIn(world);
    expect((await passed.post(`${SESSION}/end`, { everywhere: false })).json).toEqual({});
  });
});

describe("a provider that does not answer as it has to", () => {
  it("is said to be so, and everybody signs in without it", async () => {
    const world = await open();
    const doctor = await signedIn(world);
    await come(doctor, "link");
    const query = await queryOf(doctor, "sign-in");
    await world.provider.close();
    expect((await doctor.post(`${LOGIN}/answer`, { query })).json).toMatchObject({
      status: 503,
      code: "provider-unavailable",
    });
    expect((await world.browser().post("/portal/v1/passkeys/sign-in-options")).status).toBe(200);
    await signedIn(world);
    expect(world.lines.join("\n")).toContain('"why":"unreached"');
  });

  it("is asked anew by the next one", async () => {
    const fresh = await startOrganisationProvider();
    closing.push(() => fresh.close());
    const other = await openPortal({
      config: {
        oidc: {
          issuer: fresh.issuer,
          clientId: "anamnesis",
          client: { kind: "secret", file: await secretFile(fresh.secret) },
          scopes: [],
          maxAge: null,
          allowed: null,
        },
      },
    });
    closing.push(() => other.close());
    const begin = async (): Promise<number> =>
      (await other.browser().post(`${LOGIN}/begin`, { purpose: "sign-in" })).status;
    expect(await begin()).toBe(503);
    fresh.register(["http://localhost:1"]);
    expect(await begin()).toBe(200);
    expect(await begin()).toBe(200);
    // Once in vain and once for both: what it is, is known for an hour.
    expect(fresh.asked.length).toBe(2);
  });

  it.each<readonly [string, (response: ServerResponse) => void, string]>([
    ["are gone", (response) => response.writeHead(404).end(), "keys-refused"],
    ["lie elsewhere", (response) => response.writeHead(302, { location: "/keys" }).end(), "keys-refused"],
    ["fail", (response) => response.writeHead(500).end(), "server-error"],
    ["do not come", (response) => response.destroy(), "unreached"],
    ["are no text of keys", (response) => response.end("<html>"), "bad-keys"],
    ["are no keys", (response) => response.end("{}"), "bad-keys"],
  ])("whose keys %s: the person is not to blame, and a logout token comes again", async (_, answer, why) => {
    const world = await open();
    const doctor = await signedIn(world);
    world.provider.keysAnswer = answer;
    expect((await come(doctor, "link")).json).toMatchObject({ status: 503, code: "provider-unavailable" });
    const token = await world.provider.sign({ ...logoutClaims(world), jti: "1" });
    expect(await sendLogout(world, token)).toBe(503);
    expect(world.lines.join("\n")).toContain(`"why":"${why}"`);
    expect(await world.node.db.query("select 1 as one from portal_attempts")).toEqual([]);

    world.provider.keysAnswer = null;
    expect((await come(doctor, "link")).status).toBe(200);
    expect(await sendLogout(world, token)).toBe(200);
    expect((await doctor.get(SESSION)).status).toBe(401);
  });

  it("does not know the node: the person is not to blame, and the log says why", async () => {
    const world = await open({ settings: { client: { kind: "secret", file: await secretFile("another") } } });
    const { json } = await come(await signedIn(world), "link");
    expect(json).toMatchObject({ code: "provider-unavailable" });
    expect(world.lines.join("\n")).toContain('"why":"invalid_client"');
  });
});

async function secretFile(secret: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "anamnesis-login-")), SECRET_FILE);
  await writeFile(file, secret);
  return file;
}
