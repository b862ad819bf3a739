import { contentDigest } from "@anamnesis/api/http/contentDigest";
import { signHttp } from "@anamnesis/api/http/signature";
import { pathOf, type Route } from "@anamnesis/api/route";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { portalRoutes } from "@anamnesis/api/routes/portal";
import { deviceRoutes } from "@anamnesis/api/routes/portalDevices";
import { portalOrganisationLoginRoutes } from "@anamnesis/api/routes/portalOrganisationLogin";
import { portalWalletRoutes } from "@anamnesis/api/routes/portalWallets";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../indexer/testing/testDatabase.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import type { Handler } from "../routes/handler.ts";
import { openPortal, PERSON, type PortalWorld, type TestBrowser } from "./testing/portalWorld.ts";

type AnyRoute = Route<string, unknown, unknown>;

/** Every route that is declared anywhere. */
const ROUTES = await declared();

async function declared(): Promise<readonly AnyRoute[]> {
  const folder = new URL(".", import.meta.resolve("@anamnesis/api/routes/portal"));
  const routes: AnyRoute[] = [];
  for (const file of await readdir(fileURLToPath(folder))) {
    const module = (await import(new URL(file, folder).href)) as Readonly<Record<string, object>>;
    for (const [name, group] of Object.entries(module)) {
      if (name.endsWith("Routes")) routes.push(...(Object.values(group) as readonly AnyRoute[]));
    }
  }
  return routes;
}

const METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"] as const;
/** Who asks: nobody, whoever has a key, two kinds of people with a session, and another site's page in the patient's browser. */
const ROLES = ["nobody", "key", "patient", "staff", "other page"] as const;
type Role = (typeof ROLES)[number];

beforeAll(startTestDatabase);
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  await releaseTestDatabases();
});

/** Says that it was reached. */
const reached = (route: AnyRoute): Handler => ({
  route,
  handle: async () => {
    throw new AnamnesisError({ code: "reached", rule: "It was reached.", fix: "" });
  },
});

async function open(): Promise<PortalWorld> {
  const own = [portalRoutes, deviceRoutes, portalWalletRoutes, portalOrganisationLoginRoutes].flatMap(
    (routes): readonly unknown[] => Object.values(routes),
  );
  const others = ROUTES.filter((route) => !own.includes(route));
  const world = await openPortal({ handlers: () => others.map(reached) });
  worlds.push(world);
  return world;
}

async function signedIn(world: PortalWorld, id: string): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
}

/** Whether the declaration lets a role past the gates: what comes behind them is the handler's own. */
function isLetIn(role: Role, route: AnyRoute): boolean {
  if (route.session === undefined) return !route.signed || role === "key";
  if (role === "other page") return route.method === "GET";
  return route.session !== "required" || role === "patient" || role === "staff";
}

const AT_THE_GATES = new Set(["bad-http-signature", "not-signed-in", "cross-site"]);

interface Asked {
  readonly role: Role;
  readonly method: string;
  readonly path: string;
}

async function ask(
  world: PortalWorld,
  browsers: Readonly<Record<Role, TestBrowser>>,
  { role, method, path }: Asked,
): Promise<string> {
  const body = method === "GET" ? undefined : {};
  const headers: Record<string, string> = { accept: "application/json" };
  if (role === "other page")
    Object.assign(headers, { origin: "https://evil.example", "sec-fetch-site": "cross-site" });
  if (role === "key") {
    const secret = bytesOf("a stranger's key");
    const parts = {
      method,
      authority: new URL(world.url).host,
      path,
      query: "?",
      contentDigest: contentDigest(body === undefined ? new Uint8Array() : new TextEncoder().encode("{}")),
    };
    const signer = {
      keyid: toHex(ed25519PublicKey(secret)),
      sign: (message: Uint8Array) => ed25519Sign(message, secret),
    };
    const nonce = crypto.getRandomValues(new Uint8Array(16));
    Object.assign(headers, await signHttp(parts, signer, parseUnixSeconds(world.clock.time), nonce));
  }
  const { status, json } = await browsers[role].send(method, path, body, headers);
  const code = (json as { code?: string } | null)?.code;
  return code ?? String(status);
}

describe("the gates of all routes", () => {
  it("are tried for all of them", () => {
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
    expect(ROUTES.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "formCommittee",
        "checkpoint",
        "release",
        "putRecords",
        "fhirLogin",
        "keepRecords",
        "eraseRecord",
        "portalVault",
        "walletLink",
        "organisationLoginAnswer",
      ]),
    );
  });

  it(
    "let each role in where the declaration does, and nowhere else, whatever the method",
    { timeout: 120_000 },
    async () => {
      const world = await open();
      // The body of each question, an empty object, ends no session and begins none.
      const browsers = await browsersOf(world);
      const leaks: object[] = [];
      const shut: object[] = [];
      let asked = 0;
      for (const path of new Set(ROUTES.map((route) => route.path))) {
        const filled = pathOf(path, {
          segment: "a",
          digest: "a",
          cid: "a",
          consent: "a",
          locator: "a",
          "*": "a",
        });
        for (const method of METHODS) {
          const route = ROUTES.find((one) => one.path === path && one.method === method);
          for (const role of ROLES) {
            const code = await ask(world, browsers, { role, method, path: filled });
            asked++;
            const refused = AT_THE_GATES.has(code);
            if (route === undefined) {
              if (code !== "not-found") leaks.push({ role, method, path, code });
            } else if (isLetIn(role, route) ? refused : !refused) {
              (refused ? shut : leaks).push({ role, method, path, code });
            }
          }
        }
      }
      expect({ leaks, shut }).toEqual({ leaks: [], shut: [] });
      expect(asked).toBeGreaterThan(1000);
    },
  );

  it("never let a session do what takes a signature", async () => {
    const world = await open();
    const patient = await signedIn(world, "patient");
    for (const route of ROUTES.filter(({ signed }) => signed)) {
      const path = pathOf(route.path, {
        segment: "a",
        digest: "a",
        cid: "a",
        consent: "a",
        locator: "a",
        "*": "a",
      });
      const { status } = await patient.send(route.method, path, route.method === "GET" ? undefined : {});
      expect([route.name, status]).toEqual([route.name, 401]);
    }
  });
});

async function browsersOf(world: PortalWorld): Promise<Readonly<Record<Role, TestBrowser>>> {
  const patient = await signedIn(world, "patient");
  return {
    nobody: world.browser(),
    key: world.browser(),
    patient,
    staff: await signedIn(world, "doctor"),
    "other page": patient,
  };
}

describe("what is secret", () => {
  it("stands in no log and no refusal, and not in the clear in the database", async () => {
    const world = await openPortal({
      handlers: () => [
        {
          route: exchangeRoutes.node,
          handle: async () => {
            throw new TypeError(`defect with ${Buffer.from(PERSON.vaultKey).toString("base64url")}`);
          },
        },
      ],
    });
    worlds.push(world);
    const answers: string[] = [];
    const browser = await signedIn(world, "patient");
    const values = [browser.cookies.get("anamnesis-session") ?? expect.unreachable("a session")];
    const note = async (sent: ReturnType<TestBrowser["send"]>): Promise<void> => {
      const { status, text } = await sent;
      if (status >= 400) answers.push(text);
    };
    const canary = Buffer.from("CanaryOfTheVault").toString("base64url");
    await note(browser.send("PUT", "/portal/v1/vault", { version: 7, sealed: canary }));
    await note(browser.send("PUT", "/portal/v1/vault", { version: 1, sealed: canary, [canary]: 1 }));
    await note(browser.send("PUT", "/portal/v1/vault", canary));
    await note(browser.post("/portal/v1/passkeys/sign-in", { ceremony: canary, response: { id: canary } }));
    await note(
      browser.post("/portal/v1/passkeys/registration", {
        ceremony: canary.slice(0, 22),
        response: { id: canary },
      }),
    );
    await note(browser.post("/portal/v1/demo/sign-in", { id: canary }));
    for (const what of ["sign-in", "link"])
      await note(browser.post(`/portal/v1/wallets/${what}`, { message: canary, signature: canary }));
    await note(browser.post("/portal/v1/wallets/removal", { wallet: canary }));
    await note(browser.post("/portal/v1/organisation-login/begin", { purpose: canary }));
    await note(browser.post("/portal/v1/organisation-login/answer", { query: `code=${canary}` }));
    await note(browser.post(`/portal/v1/${canary}`, {}, { origin: `https://${canary}.example` }));
    await note(browser.get("/v1/node"));
    world.clock.time += 15 * 60;
    await browser.get("/portal/v1/session");
    values.push(browser.cookies.get("anamnesis-session") ?? "");
    const thief = world.browser();
    thief.cookies.set("anamnesis-session", values[0] ?? "");
    world.clock.time += 60;
    await note(thief.get("/portal/v1/vault"));
    await note(browser.get("/portal/v1/vault"));
    const secrets = [
      ...values,
      canary,
      "CanaryOfTheVault",
      Buffer.from(PERSON.vaultKey).toString("base64url"),
      Buffer.from(PERSON.vaultKey).toString("hex"),
    ];
    const tables = await world.node.db.query<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public' and tablename like 'portal%'",
    );
    const rows: string[] = [];
    for (const { tablename } of tables)
      rows.push(JSON.stringify(await world.node.db.query(`select * from ${tablename}`)));
    expect(answers.length).toBeGreaterThan(8);
    expect(world.lines.join("\n")).toContain("defect");
    for (const secret of secrets) {
      expect(world.lines.join("\n")).not.toContain(secret);
      expect(answers.join("\n")).not.toContain(secret);
      expect(rows.join("\n")).not.toContain(secret);
    }
  });
});
