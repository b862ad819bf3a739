import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeTestDatabases, openTestDatabase } from "../../indexer/testing/testDatabase.ts";
import {
  askToken,
  assertion,
  clientKey,
  type OAuthServer,
  registered,
  startOAuth,
} from "../../oauth/testing/oauthWorld.ts";
import { startTestEndpoint, type TestEndpoint } from "./testEndpoint.ts";

/** Milliseconds: nothing hangs, on a machine with other work either. */
const LONGEST = 5000;
/** No token: told so, not read as HTTP, or too large a header. */
const REFUSALS = [401, 400, 431];

const part = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");
const claims = fc.dictionary(
  fc.constantFrom("iss", "sub", "aud", "exp", "jti", "scope", "purpose_of_use", "__proto__"),
  fc.oneof(fc.jsonValue(), fc.constantFrom("lab", "system/*.cruds", "TREAT", 9_999_999_999)),
);
const jwt = fc
  .tuple(
    fc.constantFrom("none", "None", "HS256", "ES384", "RS384", null, 1, ["none"], {}),
    fc.dictionary(fc.constantFrom("kid", "typ", "crit", "jwk", "jku", "x5u"), fc.jsonValue()),
    claims,
    fc.constantFrom("", part("signature"), "=", "."),
  )
  .map(([alg, header, body, signature]) => `${part({ alg, ...header })}.${part(body)}.${signature}`);

/** Headers as they stand on the wire: whatever bytes, but no end of a line. `good` is a token that is good. */
function headers(good: string): fc.Arbitrary<string> {
  const token = fc.oneof(
    jwt,
    fc.string({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.stringMatching(/^[A-Za-z0-9_-]{20,128}$/),
    fc.nat(good.length - 1).map((at) => good.slice(0, at)),
    fc.nat(good.length - 1).map((at) => `${good.slice(0, at)}!${good.slice(at + 1)}`),
    fc.constantFrom(
      "",
      " ",
      "null",
      "undefined",
      "[object Object]",
      "__proto__",
      `${good}${good}`,
      `${good}=`,
    ),
    fc.nat(100_000).map((length) => "a".repeat(length)),
  );
  const scheme = fc.constantFrom(
    "Bearer ",
    "bearer  ",
    "BEARER\t",
    "Basic ",
    "DPoP ",
    "Bearer: ",
    "Bearer",
    "",
  );
  const line = fc.tuple(scheme, token).map(([of, text]) => `Authorization: ${of}${text}`);
  return fc
    .oneof(
      line,
      fc.tuple(line, line).map((lines) => lines.join("\r\n")),
      token.map((text) => `X-Authorization: Bearer ${good}\r\nCookie: token=${text}`),
    )
    .map((text) => text.replaceAll(/\r(?!\n)|(?<!\r)\n/g, ""));
}

/** Tests that odd tokens get a refusal over HTTP and nothing else, `runs` of them. */
export function itRefusesOddTokens(runs: number): void {
  let oauth: OAuthServer;
  let endpoint: TestEndpoint;
  let good: string;
  beforeAll(async () => {
    const key = await clientKey();
    oauth = await startOAuth(await openTestDatabase(), [registered(key, { role: "practitioner" })]);
    endpoint = await startTestEndpoint(() => null, oauth.oauth);
    const { json } = await askToken(oauth.url, await assertion(oauth.url, key), "system/Patient.rs");
    good = String(json["access_token"]);
  }, 60_000);
  afterAll(async () => {
    await endpoint.close();
    await oauth.close();
    await closeTestDatabases();
  });

  it(`refuses ${runs} odd tokens over HTTP, and repeats and logs nothing of them`, async () => {
    // What is not odd is answered: else nothing would be said of the others.
    expect((await ask(endpoint.url, `Authorization: Bearer ${good}`)).status).toBe(200);
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(headers(good), async (header) => {
        fc.pre(
          !header.includes(`Bearer ${good}\r\nAuth`) && !/^Authorization: Bearer\s+[\w-]{43}$/i.test(header),
        );
        const begin = performance.now();
        const { status, text } = await ask(endpoint.url, header);
        expect(performance.now() - begin).toBeLessThan(LONGEST);
        // A caller that does nothing else is told to slow down now and then.
        if (status === 429) expect(text).toContain("retry-after:");
        else expect(REFUSALS).toContain(status);
        if (status === 401) {
          expect(text).toContain('WWW-Authenticate: Bearer realm="fhir"'.toLowerCase());
          expect(text).toContain('"resourcetype":"operationoutcome"');
        }
        for (const word of header.match(/[\w.-]{20,}/g) ?? [])
          if (word !== "X-Authorization") expect(text).not.toContain(word.toLowerCase());
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: runs },
    );
    expect(statuses.get(401)).toBeGreaterThan(runs / 4);
    expect(oauth.lines).toEqual([]);
  }, 3_600_000);
}

/** One request with a header as it stands; the answer's status, and all of it in lower case. */
async function ask(url: string, header: string): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port, pathname } = new URL(`${url}/Patient`);
  const socket = connect(Number(port), hostname);
  // Left open: whoever ends a connection before the answer gets none from Node's server.
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${header}\r\nConnection: close\r\n\r\n`,
  );
  let text = "";
  // A server that refuses a header may end the connection before all of it was sent.
  await new Promise<void>((done) => {
    socket.on("data", (bytes) => (text += bytes.toString("utf8")));
    socket.on("error", () => undefined);
    socket.on("close", () => done());
  });
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: text.toLowerCase() };
}
