import { toBase64url } from "@anamnesis/api/http/base64url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../../indexer/testing/testDatabase.ts";
import { bytesOf } from "../../indexer/testing/testNode.ts";
import { openPortal, type PortalWorld, type TestBrowser } from "../testing/portalWorld.ts";
import {
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

const DEVICES = "/portal/v1/devices";
const PASSKEYS = "/portal/v1/passkeys";
const VAULT = "/portal/v1/vault";
const named = (name: string): string => toBase64url(bytesOf(name));
const [LOCATOR, CLAIM, ANSWER] = [named("locator"), named("claim"), named("answer")];

async function open(): Promise<PortalWorld> {
  const world = await openPortal();
  worlds.push(world);
  return world;
}

async function signedIn(world: PortalWorld, id = "patient"): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
}

async function newPasskey(world: PortalWorld, browser: TestBrowser): Promise<SoftAuthenticator> {
  const { json } = await browser.post(`${PASSKEYS}/registration-options`, { kind: "patient" });
  const { ceremony, options } = json as unknown as { ceremony: string; options: CreationOptions };
  const key = new SoftAuthenticator(world.url.replace("127.0.0.1", "localhost"));
  const made = await browser.post(`${PASSKEYS}/registration`, { ceremony, response: key.create(options) });
  expect(made.status).toBe(200);
  return key;
}

async function signIn(browser: TestBrowser, key: SoftAuthenticator): Promise<number> {
  const { json } = await browser.post(`${PASSKEYS}/sign-in-options`);
  const { ceremony, options } = json as unknown as { ceremony: string; options: RequestOptions };
  return (await browser.post(`${PASSKEYS}/sign-in`, { ceremony, response: key.get(options) })).status;
}

const code = ({ json }: { readonly json: unknown }): unknown => (json as { code?: string } | null)?.code;

describe("a new device", () => {
  it("is let in once, by the device that opened the letter box, and gets a session of that account", async () => {
    const world = await open();
    const [old, fresh] = [await signedIn(world), world.browser()];
    expect((await old.get(`${DEVICES}/offer`)).json).toEqual({ state: "none" });
    const { json: offered } = await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    expect(offered).toEqual({ expires: world.clock.time + 300 });
    expect((await old.get(`${DEVICES}/offer`)).json).toEqual({ state: "open" });
    const { json } = await fresh.post(`${DEVICES}/claim`, { locator: LOCATOR, claim: CLAIM });
    const { ticket } = json as { ticket: string };
    expect((await old.get(`${DEVICES}/offer`)).json).toEqual({ state: "claimed", claim: CLAIM });
    expect((await fresh.post(`${DEVICES}/taking`, { ticket })).json).toEqual({});
    expect(fresh.cookies.size).toBe(0);
    expect((await old.post(`${DEVICES}/answer`, { claim: CLAIM, answer: ANSWER })).status).toBe(200);
    expect((await fresh.post(`${DEVICES}/taking`, { ticket })).json).toEqual({ answer: ANSWER });
    const account = ((await old.get("/portal/v1/session")).json as { account: string }).account;
    expect((await fresh.get("/portal/v1/session")).json).toMatchObject({ account, how: "device" });
    expect(code(await world.browser().post(`${DEVICES}/taking`, { ticket }))).toBe("sign-in-failed");
    expect((await old.get(`${DEVICES}/offer`)).json).toEqual({ state: "none" });
    // Neither the name of the box nor the ticket stands in the database.
    await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    const rows = JSON.stringify(await world.node.db.query("select * from portal_device_offers"));
    expect(rows).not.toContain(LOCATOR);
    expect(rows).not.toContain(Buffer.from(bytesOf("locator")).toString("hex"));
  });

  it("comes alone: a second one with the same code finds nothing, nor one that guesses", async () => {
    const world = await open();
    const old = await signedIn(world);
    await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    const [first, second] = [world.browser(), world.browser()];
    await first.post(`${DEVICES}/claim`, { locator: LOCATOR, claim: CLAIM });
    for (const locator of [LOCATOR, named("guess")]) {
      const refused = await second.post(`${DEVICES}/claim`, { locator, claim: named("theirs") });
      expect([refused.status, code(refused)]).toEqual([401, "sign-in-failed"]);
    }
    expect(code(await second.post(`${DEVICES}/taking`, { ticket: named("guess") }))).toBe("sign-in-failed");
    // What another one left is not answered: the claim that was compared is named.
    expect(code(await old.post(`${DEVICES}/answer`, { claim: named("theirs"), answer: ANSWER }))).toBe(
      "not-found",
    );
  });

  it("comes within five minutes, and not when the code was withdrawn, replaced, or is another account's", async () => {
    const world = await open();
    const [old, other] = [await signedIn(world), await signedIn(world, "doctor")];
    const claim = (locator = LOCATOR) => world.browser().post(`${DEVICES}/claim`, { locator, claim: CLAIM });
    await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    world.clock.time += 300;
    expect(code(await claim())).toBe("sign-in-failed");
    expect((await old.get(`${DEVICES}/offer`)).json).toEqual({ state: "none" });
    await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    await old.post(`${DEVICES}/withdrawal`, {});
    expect(code(await claim())).toBe("sign-in-failed");
    await old.post(`${DEVICES}/offer`, { locator: LOCATOR });
    await old.post(`${DEVICES}/offer`, { locator: named("next") });
    expect(code(await claim())).toBe("sign-in-failed");
    // Of another account: neither seen, nor answered, nor withdrawn, nor taken away by a box of the same name.
    expect((await claim(named("next"))).status).toBe(200);
    expect((await other.get(`${DEVICES}/offer`)).json).toEqual({ state: "none" });
    expect(code(await other.post(`${DEVICES}/answer`, { claim: CLAIM, answer: ANSWER }))).toBe("not-found");
    await other.post(`${DEVICES}/withdrawal`, {});
    expect(code(await other.post(`${DEVICES}/offer`, { locator: named("next") }))).toBe("busy");
    expect((await old.get(`${DEVICES}/offer`)).json).toMatchObject({ state: "claimed" });
    world.clock.time += 300;
    expect(code(await old.post(`${DEVICES}/answer`, { claim: CLAIM, answer: ANSWER }))).toBe("not-found");
  });

  it("is slowed when it guesses", async () => {
    const world = await open();
    const browser = world.browser();
    const codes: unknown[] = [];
    for (let i = 0; i < 25; i++) {
      codes.push(code(await browser.post(`${DEVICES}/claim`, { locator: named(`${i}`), claim: CLAIM })));
    }
    expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "sign-in-failed"));
    expect(codes.slice(20)).toContain("rate-limited");
  });
});

describe("shutting devices out", () => {
  async function two() {
    const world = await open();
    const [owner, thief] = [world.browser(), world.browser()];
    const kept = await newPasskey(world, owner);
    const stolen = await newPasskey(world, owner);
    const wrapper = (key: SoftAuthenticator) => ({
      kind: "passkey",
      credential: key.credential,
      salt: named("salt"),
      wrapped: named("wrapped"),
    });
    const wrappers = [wrapper(kept), wrapper(stolen)];
    expect((await owner.send("PUT", VAULT, { version: 0, sealed: "AQID", wrappers })).status).toBe(200);
    expect(await signIn(thief, stolen)).toBe(200);
    expect(await signIn(owner, kept)).toBe(200);
    const body = { keep: kept.credential, version: 1, sealed: "BAUG", wrappers: [wrapper(kept)] };
    return { world, owner, thief, kept, stolen, body, wrapper };
  }

  it("takes their passkeys, wrappers and sessions, and changes the vault, in one step", async () => {
    const { world, owner, thief, kept, stolen, body } = await two();
    await thief.post(`${DEVICES}/offer`, { locator: LOCATOR });
    const { status, json } = await owner.post(`${DEVICES}/shut-out`, body);
    expect(status).toBe(200);
    expect(json).toMatchObject({ version: 2, session: { passkeys: [{ credential: kept.credential }] } });
    for (const path of [VAULT, "/portal/v1/session", `${DEVICES}/offer`]) {
      expect((await thief.get(path)).status).toBe(401);
    }
    expect(await signIn(thief, stolen)).toBe(401);
    expect(code(await world.browser().post(`${DEVICES}/claim`, { locator: LOCATOR, claim: CLAIM }))).toBe(
      "sign-in-failed",
    );
    expect((await owner.get(VAULT)).json).toMatchObject({
      version: 2,
      sealed: "BAUG",
      wrappers: [{ credential: kept.credential }],
    });
    expect(await signIn(world.browser(), kept)).toBe(200);
  });

  it("changes nothing when anything of it is refused", async () => {
    const { world, owner, thief, stolen, body, wrapper } = await two();
    const refused = async (change: object): Promise<unknown> =>
      code(await owner.post(`${DEVICES}/shut-out`, { ...body, ...change }));
    expect(await refused({ keep: named("nobody") })).toBe("not-found");
    expect(await refused({ version: 7 })).toBe("vault-conflict");
    expect(await refused({ wrappers: [wrapper(stolen)] })).toBe("bad-wrapper");
    world.clock.time += 301;
    expect(await refused({})).toBe("sign-in-again");
    expect((await thief.get(VAULT)).json).toMatchObject({ version: 1, sealed: "AQID" });
    expect(((await owner.get(VAULT)).json as { wrappers: unknown[] }).wrappers).toHaveLength(2);
    expect(await signIn(thief, stolen)).toBe(200);
  });
});
