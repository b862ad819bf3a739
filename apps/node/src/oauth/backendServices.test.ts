import { createHash } from "node:crypto";
import type { Database } from "@anamnesis/core/ports/database";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  closeTestDatabases,
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../indexer/testing/testDatabase.ts";
import { challengeOf } from "./bearer.ts";
import {
  askToken,
  assertion,
  type ClientKey,
  clientKey,
  copyWith,
  type OAuthServer,
  post,
  registered,
  startOAuth,
} from "./testing/oauthWorld.ts";

const REFUSED = { code: "fhir-unauthorised" };
const ACTOR = `0x${"ab".repeat(32)}`;

let key: ClientKey;
let db: Database;
let server: OAuthServer;

beforeAll(async () => {
  await startTestDatabase();
  key = await clientKey();
}, 60_000);
beforeEach(async () => {
  db = await openTestDatabase();
  server = await startOAuth(db, [registered(key)]);
});
afterEach(async () => {
  await server.close();
  await releaseTestDatabases();
});
afterAll(closeTestDatabases);

const signed = (claims: object = {}, header: object = {}): Promise<string> =>
  assertion(server.url, key, { ...claims }, { ...header });

/** A new server on the same address and the same database, with other clients: a restart. */
async function restart(clients: readonly unknown[], more: object = {}): Promise<void> {
  await server.close();
  server = await startOAuth(db, clients, { port: Number(new URL(server.url).port), ...more });
}

async function bearer(scope?: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { json, status } = await askToken(server.url, await signed(), scope, more);
  expect({ status, error: json["error"] }).toEqual({ status: 200, error: undefined });
  return `Bearer ${String(json["access_token"])}`;
}

describe("a token", () => {
  it("is given for an assertion, and says who asks for what", async () => {
    const { status, json, headers } = await askToken(
      server.url,
      await signed(),
      "system/Observation.rs system/Patient.r",
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/) as string,
      expires_in: 300,
      token_type: "Bearer",
      scope: "system/Observation.rs system/Patient.r",
    });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await server.oauth.requesterOf(`Bearer ${String(json["access_token"])}`)).toEqual({
      client: "lab",
      actor: null,
      patient: null,
      role: "laboratory",
      purpose: "TREAT",
      purposes: ["TREAT"],
      scopes: ["system/Observation.rs", "system/Patient.r"],
    });
  });

  it("is given for an RSA key too", async () => {
    const rsa = await clientKey("RS384");
    await restart([registered(rsa)]);
    expect((await askToken(server.url, await assertion(server.url, rsa))).status).toBe(200);
  });

  it("has the purpose that was asked for, of those that the client is registered for", async () => {
    const authorization = await bearer("system/Patient.r", { purpose_of_use: "HOPERAT" });
    expect((await server.oauth.requesterOf(authorization)).purpose).toBe("HOPERAT");
    for (const purpose_of_use of ["HRESCH", "", "treat"]) {
      const refused = await askToken(server.url, await signed(), "system/Patient.r", { purpose_of_use });
      expect([refused.status, refused.json["error"]]).toEqual([400, "invalid_request"]);
    }
  });

  it("may have less than the client was registered with, never more", async () => {
    const narrow = ["system/Observation.r", "system/Observation.rs?category=laboratory", "system/Patient.s"];
    for (const scope of narrow) expect((await askToken(server.url, await signed(), scope)).status).toBe(200);
    const wide = [
      "system/Patient.cruds",
      "system/*.r",
      "user/Observation.r",
      "patient/Observation.r",
      "system/Observation.read",
      "system/Observation.rs system/Condition.r",
      "openid",
      "offline_access",
      "",
    ];
    for (const scope of wide) {
      const { status, json } = await askToken(server.url, await signed(), scope);
      expect([scope, status, json["error"]]).toEqual([scope, 400, "invalid_scope"]);
    }
    const none = await askToken(server.url, await signed(), undefined, { scope: undefined });
    expect([none.status, none.json["error"]]).toEqual([400, "invalid_scope"]);
  });

  it("is for this node's /fhir alone", async () => {
    const other = await askToken(server.url, await signed(), "system/Patient.r", {
      resource: "https://other.example/fhir",
    });
    expect([other.status, other.json["error"]]).toEqual([400, "invalid_target"]);
  });

  it("is good for five minutes and after a restart, and is not in the database as it is", async () => {
    const asked = Math.floor(Date.now() / 1000);
    const authorization = await bearer();
    const given = Math.floor(Date.now() / 1000);
    await restart([registered(key)]);
    expect((await server.oauth.requesterOf(authorization)).client).toBe("lab");
    const token = authorization.slice("Bearer ".length);
    const kept = JSON.stringify(await db.query("select * from oauth_entries"));
    expect(kept).not.toContain(token);
    expect(kept).toContain(createHash("sha256").update(token).digest("hex"));
    const [row] = await db.query<{ until: number }>(
      "select expires_at as until from oauth_entries where model = 'ClientCredentials'",
    );
    expect(row?.until).toBeGreaterThanOrEqual(asked + 300);
    expect(row?.until).toBeLessThanOrEqual(given + 301);
    await db.query("update oauth_entries set expires_at = $1", [Math.floor(Date.now() / 1000)]);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await bearer();
    const left = await db.query("select model from oauth_entries order by model");
    expect(left.map(({ model }) => model)).toEqual(["ClientCredentials", "ReplayDetection"]);
  });
});

describe("an assertion is refused", () => {
  const now = (): number => Math.floor(Date.now() / 1000);

  it.each<[string, () => object, object?]>([
    ["for another audience", () => ({ aud: "https://other.example/oauth/token" })],
    ["for the issuer instead of the token endpoint", () => ({ aud: `${server.url}/oauth` })],
    ["for several audiences", () => ({ aud: [`${server.url}/oauth/token`, "https://other.example"] })],
    ["without audience", () => ({ aud: undefined })],
    ["that expired", () => ({ exp: now() - 60 })],
    ["without end", () => ({ exp: undefined })],
    ["that is good for longer than five minutes", () => ({ exp: now() + 3600 })],
    ["that is not good yet", () => ({ nbf: now() + 120 })],
    ["without jti", () => ({ jti: undefined })],
    ["with a jti that is no text", () => ({ jti: 7 })],
    ["with a jti without end", () => ({ jti: "x".repeat(300) })],
    ["of an unknown client", () => ({ iss: "nobody", sub: "nobody" })],
    ["of another issuer than its subject", () => ({ iss: "nobody" })],
    ["without kid", () => ({}), { kid: undefined }],
    ["with an unknown kid", () => ({}), { kid: "other" }],
  ])("%s", async (_what, claims, header = {}) => {
    const { status, json } = await askToken(server.url, await signed(claims(), header));
    expect([status, json["error"]]).toEqual([401, "invalid_client"]);
    expect(json["access_token"]).toBeUndefined();
  });

  it("under another algorithm, another's key, or none", async () => {
    const other = await clientKey();
    const weak = await clientKey("ES256");
    const none = [
      { alg: "none", kid: key.kid },
      { iss: "lab", sub: "lab" },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    for (const text of [
      await assertion(server.url, { ...other, kid: key.kid }),
      await assertion(server.url, { ...weak, kid: key.kid }),
      `${none}.`,
    ]) {
      const { status, json } = await askToken(server.url, text);
      expect([status, json["error"]]).toEqual([401, "invalid_client"]);
    }
  });

  it("when it comes again: at once, later, or after a restart", async () => {
    const one = await signed();
    const both = await Promise.all([1, 2, 3, 4].map(() => askToken(server.url, one)));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401]);
    expect((await askToken(server.url, one)).status).toBe(401);
    await restart([registered(key)]);
    expect((await askToken(server.url, one)).status).toBe(401);
    expect((await askToken(server.url, await signed())).status).toBe(200);
  });

  it("with a client_secret or nothing in its place", async () => {
    const form = { grant_type: "client_credentials", scope: "system/Patient.r", client_id: "lab" };
    expect((await post(server.url, form)).status).toBe(401);
    expect((await post(server.url, { ...form, client_secret: "x" })).status).toBe(401);
    const other = await askToken(server.url, await signed(), "system/Patient.r", { grant_type: "password" });
    expect([other.status, other.json["error"]]).toEqual([400, "unsupported_grant_type"]);
  });
});

describe("a token stops", () => {
  it("when its client is taken from the configuration, or its registration no longer has what it says", async () => {
    const authorization = await bearer("system/Observation.rs");
    await restart([registered(key, { scopes: ["system/Observation.r"] })]);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await restart([registered(key, { purposes: ["HOPERAT"] })]);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await restart([registered(key, { clientId: "other" })]);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await restart([]);
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await restart([registered(key)]);
    expect((await server.oauth.requesterOf(authorization)).client).toBe("lab");
  });

  it("when its actor is no longer active", async () => {
    const active = new Set([ACTOR]);
    await restart([registered(key, { actor: ACTOR })], { copy: copyWith(active, "0x00") });
    const authorization = await bearer();
    expect((await server.oauth.requesterOf(authorization)).actor).toBe(ACTOR);
    active.clear();
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
    await restart([registered(key, { actor: ACTOR })], { copy: copyWith(new Set([ACTOR]), "0x01") });
    await expect(server.oauth.requesterOf(authorization)).rejects.toMatchObject(REFUSED);
  });

  it("when its client revokes it, and introspection says so to that client alone", async () => {
    const other = await clientKey();
    await restart([registered(key), registered(other, { clientId: "other" })]);
    const token = (await bearer()).slice("Bearer ".length);
    const ask = async (path: string, by: ClientKey, iss: string): Promise<Record<string, unknown>> => {
      const { status, json } = await post(
        server.url,
        {
          token,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: await assertion(server.url, by, { iss, sub: iss }),
        },
        path,
      );
      expect(status).toBeLessThan(500);
      return json;
    };
    expect(await ask("token/introspection", key, "lab")).toMatchObject({
      active: true,
      client_id: "lab",
      scope: "system/Observation.rs",
      aud: `${server.url}/fhir`,
      purpose_of_use: "TREAT",
    });
    expect(await ask("token/introspection", other, "other")).toEqual({ active: false });
    await ask("token/revocation", other, "other");
    expect(await ask("token/introspection", key, "lab")).toMatchObject({ active: true });
    await ask("token/revocation", key, "lab");
    expect(await ask("token/introspection", key, "lab")).toEqual({ active: false });
    await expect(server.oauth.requesterOf(`Bearer ${token}`)).rejects.toMatchObject(REFUSED);
    expect((await post(server.url, { token, client_id: "lab" }, "token/introspection")).status).toBe(401);
  });
});

describe("what SMART clients read first", () => {
  it("names the endpoints of this address, whatever a request's headers say", async () => {
    const answer = await fetch(`${server.url}/fhir/.well-known/smart-configuration`, {
      headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    });
    expect(answer.headers.get("content-type")).toBe("application/json");
    const json = (await answer.json()) as Record<string, unknown>;
    expect(json).toMatchObject({
      issuer: `${server.url}/oauth`,
      token_endpoint: `${server.url}/oauth/token`,
      token_endpoint_auth_signing_alg_values_supported: ["ES384", "RS384"],
    });
    const discovery = await fetch(`${server.url}/oauth/.well-known/oauth-authorization-server`, {
      headers: { "x-forwarded-host": "evil.example" },
    });
    const found = (await discovery.json()) as Record<string, unknown>;
    for (const name of ["issuer", "token_endpoint", "introspection_endpoint", "revocation_endpoint"]) {
      expect([name, found[name]]).toEqual([name, json[name]]);
    }
    expect((await fetch(`${server.url}/oauth/nothing`)).status).toBe(404);
  });
});

describe("whatever comes", () => {
  it("as an Authorization header is refused, with a challenge that repeats nothing of it", async () => {
    const good = await bearer();
    const header = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ maxLength: 100 }).map((text) => `Bearer ${text}`),
      fc.stringMatching(/^[A-Za-z0-9_-]{20,128}$/).map((text) => `Bearer ${text}`),
      fc.nat(good.length - 1).map((at) => good.slice(0, at)),
      fc.nat(42).map((at) => `${good.slice(0, 7 + at)}!${good.slice(8 + at)}`),
    );
    await fc.assert(
      fc.asyncProperty(header, async (text) => {
        const error: unknown = await server.oauth.requesterOf(text).catch((caught: unknown) => caught);
        expect(error).toMatchObject(REFUSED);
        expect(challengeOf(error)).toBe(`Bearer realm="fhir", error="invalid_token"`);
      }),
      { numRuns: 2000 },
    );
    const none: unknown = await server.oauth.requesterOf(undefined).catch((caught: unknown) => caught);
    expect(challengeOf(none)).toBe(`Bearer realm="fhir"`);
  }, 60_000);

  it("as an assertion or a form is refused, never a failure of the server's own, and nothing of it is logged", async () => {
    const good = await signed();
    const claims = fc.dictionary(
      fc.constantFrom("iss", "sub", "aud", "exp", "jti", "nbf", "iat", "__proto__"),
      fc.oneof(fc.jsonValue(), fc.constantFrom("lab", `${server.url}/oauth/token`)),
    );
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc
        .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
        .map(([at, odd]) => good.slice(0, at) + odd + good.slice(at + 1))
        // What is written otherwise and says the same would be taken.
        .filter((changed) => decoded(changed) !== decoded(good)),
      fc
        .tuple(
          fc.dictionary(fc.constantFrom("alg", "kid", "typ", "crit", "b64", "jwk"), fc.jsonValue()),
          claims,
        )
        .map(
          ([header, payload]) => `${part({ alg: "ES384", ...header })}.${part(payload)}.${part("signature")}`,
        ),
    );
    const form = fc.dictionary(
      fc.constantFrom("scope", "purpose_of_use", "resource", "client_id", "grant_type", "client_secret"),
      fc.string({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(text, form, async (one, more) => {
        const { status, json } = await askToken(server.url, one, "system/Patient.r", more);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(json["access_token"]).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
    // Under a signature that is good, odd claims and odd forms.
    await fc.assert(
      fc.asyncProperty(claims, form, async (odd, more) => {
        const { status } = await askToken(server.url, await signed(odd), "system/Patient.r", more);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 500 },
    );
    expect(server.lines).toEqual([]);
  }, 120_000);
});

/** The bytes of a JWT's parts, however their last characters are written. */
function decoded(jwt: string): string {
  return jwt
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("hex"))
    .join(".");
}
