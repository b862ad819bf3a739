import { createHash, randomUUID } from "node:crypto";
import { createClient } from "@anamnesis/api/client";
import { fhirLoginRoutes } from "@anamnesis/api/routes/fhirLogin";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { Hex } from "@anamnesis/core/ids";
import type { Database } from "@anamnesis/core/ports/database";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { createSqlLedgerCopy } from "../indexer/sqlLedgerCopy.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { Browser } from "./testing/browser.ts";
import {
  assertion,
  type ClientKey,
  clientKey,
  type OAuthServer,
  post,
  registered,
  startOAuth,
} from "./testing/oauthWorld.ts";

const ORGANISATION = toHex(bytesOf("organisation"));
const ACTOR = toHex(bytesOf("actor"));
const SECRET = bytesOf("key of the actor");
const BACK = "https://app.example/back";
const VERIFIER = "v".repeat(64);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

let key: ClientKey;
let db: Database;
let server: OAuthServer;

const app = (more: object = {}): unknown =>
  registered(key, {
    clientId: "app",
    name: "Ward <round>",
    scopes: ["user/Observation.cruds", "user/Patient.rs"],
    redirectUris: [BACK],
    ...more,
  });

beforeAll(async () => {
  await startTestDatabase();
  key = await clientKey();
}, 60_000);
beforeEach(async () => {
  db = await openTestDatabase();
  await db.query(`insert into key_cards (digest, ed25519, bytes) values ('card', $1, $2)`, [
    toHex(ed25519PublicKey(SECRET)),
    new Uint8Array(),
  ]);
  await db.query(
    `insert into ledger_actors (actor, version, organisation, role, signer, key_card, active, block) values ($1, 1, $2, 'practitioner', '0x00', 'card', true, 1)`,
    [ACTOR, ORGANISATION],
  );
  await db.query(
    `insert into ledger_member_states (organisation, status, block, event_index, time) values ($1, 'active', 1, 0, 0)`,
    [ORGANISATION],
  );
  server = await startOAuth(db, [app(), registered(key)], {
    copy: createSqlLedgerCopy(db),
    organisation: ORGANISATION as never,
  });
});
afterEach(async () => {
  await server.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

function authorisation(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Readonly<Record<string, string | undefined>> = {
    client_id: "app",
    response_type: "code",
    redirect_uri: BACK,
    scope: "user/Observation.rs",
    state: "mine",
    aud: `${server.url}/fhir`,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...changes,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${server.url}/oauth/auth?${new URLSearchParams(given).toString()}`;
}

async function begin(browser: Browser): Promise<{ page: string; challenge: string }> {
  const first = await browser.get(authorisation());
  expect([first.status, first.text]).toEqual([303, expect.anything()]);
  const { status, text, headers } = await browser.get(first.location);
  expect(status).toBe(200);
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(text).not.toContain(first.location.split("/").at(-1));
  expect(text).not.toContain("<script");
  expect(text).toContain("Ward &lt;round&gt;");
  return { page: first.location, challenge: /0x[0-9a-f]{64}/.exec(text)?.[0] ?? "" };
}

async function sign(challenge: string, purpose: Purpose, secret = SECRET): Promise<string> {
  const client = createClient({
    baseUrl: server.url,
    fetch,
    signer: {
      keyid: toHex(ed25519PublicKey(secret)),
      sign: async (message) => ed25519Sign(message, secret),
    },
    now: () => systemClock.now(),
    random: (length) => systemRandom.bytes(length),
  });
  return client
    .call(fhirLoginRoutes.fhirLogin, {}, { challenge: challenge as Hex, purpose })
    .then(() => "taken")
    .catch((error: unknown) => (error as { code: string }).code);
}

/** From the page on: the code at the program's address. */
async function codeOf(browser: Browser, page: string): Promise<string> {
  const done = await browser.get(page);
  expect(done.status).toBe(303);
  const back = await browser.get(done.location);
  expect(back.location).toContain(`${BACK}?`);
  const query = new URL(back.location).searchParams;
  expect([query.get("state"), query.get("error")]).toEqual(["mine", null]);
  return query.get("code") ?? "";
}

async function exchange(
  code: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): ReturnType<typeof post> {
  return post(server.url, {
    grant_type: "authorization_code",
    code,
    redirect_uri: BACK,
    code_verifier: VERIFIER,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await assertion(server.url, key, { iss: "app", sub: "app", jti: randomUUID() }),
    ...changes,
  });
}

async function login(purpose: Purpose = "TREAT"): Promise<string> {
  const browser = new Browser();
  const { page, challenge } = await begin(browser);
  expect(await sign(challenge, purpose)).toBe("taken");
  return codeOf(browser, page);
}

describe("a login with a key", () => {
  it("gives a token for the person who signed, with the purpose that was signed", async () => {
    const browser = new Browser();
    const { page, challenge } = await begin(browser);
    expect((await browser.get(page)).text).toContain(challenge);
    expect(await sign(challenge, "HOPERAT")).toBe("taken");
    const { status, json } = await exchange(await codeOf(browser, page));
    expect([status, json["scope"], json["expires_in"]]).toEqual([200, "user/Observation.rs", 300]);
    expect(json["refresh_token"]).toBeUndefined();
    expect(json["id_token"]).toBeUndefined();
    const authorization = `Bearer ${String(json["access_token"])}`;
    expect(await server.oauth.requesterOf(authorization)).toEqual({
      client: "app",
      actor: ACTOR,
      patient: null,
      role: "laboratory",
      purpose: "HOPERAT",
      purposes: ["HOPERAT"],
      scopes: ["user/Observation.rs"],
    });
    await db.query(`update ledger_actors set active = false`);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject({
      code: "fhir-unauthorised",
    });
    expect(server.lines).toEqual([]);
  });

  it("takes one signature, of an active own person, for a login that is there and a purpose of the client", async () => {
    const browser = new Browser();
    const { page, challenge } = await begin(browser);
    expect(await sign(challenge, "TREAT", bytesOf("stranger"))).toBe("not-authorised");
    expect(await sign(challenge, "HRESCH")).toBe("not-found");
    expect(await sign(`0x${"00".repeat(32)}`, "TREAT")).toBe("not-found");
    await db.query(`update ledger_actors set active = false`);
    expect(await sign(challenge, "TREAT")).toBe("not-authorised");
    await db.query(`update ledger_actors set active = true, organisation = 'other'`);
    expect(await sign(challenge, "TREAT")).toBe("not-authorised");
    await db.query(`update ledger_actors set organisation = $1`, [ORGANISATION]);
    expect((await browser.get(page)).status).toBe(200);
    expect(await sign(challenge, "TREAT")).toBe("taken");
    expect(await sign(challenge, "HOPERAT")).toBe("not-found");
    // Another browser, which knows the page's address and the challenge, gets nothing.
    expect((await new Browser().get(page)).status).toBe(400);
    await codeOf(browser, page);
    expect((await browser.get(page)).status).toBe(400);
  });

  it("is asked for each time", async () => {
    const browser = new Browser();
    const { page, challenge } = await begin(browser);
    await sign(challenge, "TREAT");
    await codeOf(browser, page);
    const again = await begin(browser);
    expect(again.challenge).not.toBe(challenge);
  });
});

describe("a code", () => {
  it("is good for one token, with the verifier of who asked for it", async () => {
    for (const changes of [
      { code_verifier: undefined },
      { code_verifier: "w".repeat(64) },
      { redirect_uri: "https://app.example/other" },
    ]) {
      const refused = await exchange(await login(), changes);
      expect([refused.status, refused.json["access_token"]]).toEqual([400, undefined]);
    }
    const stolen = await exchange(await login(), {
      client_assertion: await assertion(server.url, key),
    });
    expect(stolen.status).toBe(400);
    const code = await login();
    const first = await exchange(code);
    expect(first.status).toBe(200);
    expect((await exchange(code)).json["error"]).toBe("invalid_grant");
    // Who used it twice is nobody to trust: what the first one got is gone.
    const authorization = `Bearer ${String(first.json["access_token"])}`;
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject({
      code: "fhir-unauthorised",
    });
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ["PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
    ["S256", { code_challenge_method: "plain" }, "invalid_request"],
    ["aud", { aud: undefined }, "invalid_request"],
    ["the right aud", { aud: "https://other.example/fhir" }, "invalid_request"],
    ["scopes that the client has", { scope: "user/Condition.rs" }, "invalid_scope"],
    ["scopes of a user", { scope: "system/Observation.rs" }, "invalid_scope"],
    ["a code", { response_type: "token" }, "unsupported_response_type"],
  ])("takes %s", async (_what, changes, error) => {
    const { status, location } = await new Browser().get(authorisation(changes));
    expect(status).toBe(303);
    expect(
      new URL(location).searchParams.get("error") ??
        new URLSearchParams(new URL(location).hash.slice(1)).get("error"),
    ).toBe(error);
  });

  it("goes to a program on the same machine too", async () => {
    const back = "http://127.0.0.1:4567/back";
    await server.close();
    server = await startOAuth(db, [app({ redirectUris: [back, BACK] })]);
    for (const redirect_uri of [back, BACK]) {
      const { status, location } = await new Browser().get(authorisation({ redirect_uri }));
      expect([status, location]).toEqual([303, expect.stringContaining("/oauth/login/")]);
    }
  });

  it("is never a failure of the server's own, whatever is asked for", async () => {
    const name = fc.constantFrom(
      "client_id",
      "response_type",
      "redirect_uri",
      "scope",
      "aud",
      "code_challenge",
      "resource",
      "prompt",
      "request",
      "max_age",
      "claims",
      "response_mode",
      "id_token_hint",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.string({ maxLength: 40 })), async (odd) => {
        const { status } = await new Browser().get(authorisation(odd));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 500 },
    );
    expect(server.lines).toEqual([]);
  }, 60_000);

  it("goes to an address of the client alone", async () => {
    const elsewhere = await new Browser().get(authorisation({ redirect_uri: "https://evil.example/back" }));
    expect([elsewhere.status, elsewhere.location]).toEqual([400, ""]);
    const backend = await new Browser().get(authorisation({ client_id: "lab" }));
    expect([backend.status, backend.location]).toEqual([400, ""]);
  });

  it("is not for a client that nobody logs in to, nor a system's token for a program of people", async () => {
    const form = {
      grant_type: "client_credentials",
      scope: "user/Observation.rs",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await assertion(server.url, key, { iss: "app", sub: "app" }),
    };
    expect((await post(server.url, form)).status).toBe(400);
  });
});
