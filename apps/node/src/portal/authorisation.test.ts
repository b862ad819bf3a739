import { pathOf, type Route } from "@anamnesis/api/route";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseTestDatabases, startTestDatabase } from "../indexer/testing/testDatabase.ts";
import { ALL, type Matrix, openMatrix } from "./testing/openMatrix.ts";
import { openPortal, PERSON, type PortalWorld, type TestBrowser } from "./testing/portalWorld.ts";
import { ASKERS, expectedAnswer, ROUTE_RIGHTS } from "./testing/rights.ts";

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

beforeAll(startTestDatabase);
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
  await releaseTestDatabases();
});

describe("who may ask what", () => {
  it("is said of every route, and of none that there is not", () => {
    const places = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(places.toSorted()).toEqual(Object.keys(ROUTE_RIGHTS).toSorted());
  });

  it(
    "holds at a node with all its handlers, for everybody who asks, each path and each method",
    { timeout: 120_000 },
    async () => {
      const matrix = await openMatrix();
      open.push(matrix);
      const wrong: string[] = [];
      let asked = 0;
      const ask = async (asker: Parameters<Matrix["ask"]>[0], method: string, path: string) => {
        const route = ROUTES.find((one) => one.path === path && one.method === method) ?? null;
        const answer = await matrix.ask(asker, method, pathOf(path, matrix.params), route);
        const expected =
          route === null || asker === ALL ? "not-found" : expectedAnswer(`${method} ${path}`, asker);
        asked++;
        if (answer !== expected) wrong.push(`${method} ${path}, ${asker}: ${answer}, not ${expected}`);
      };
      for (const path of new Set(ROUTES.map((route) => route.path))) {
        const declared: readonly string[] = ROUTES.filter((route) => route.path === path).map(
          ({ method }) => method,
        );
        for (const method of METHODS) {
          // What is not declared answers nobody: neither who brings nothing nor who brings everything.
          const askers = declared.includes(method) ? ASKERS : (["nobody", ALL, "other page"] as const);
          for (const asker of askers) await ask(asker, method, path);
        }
      }
      expect(wrong).toEqual([]);
      expect(asked).toBeGreaterThan(ROUTES.length * ASKERS.length);
    },
  );
});

async function signedIn(world: PortalWorld, id: string): Promise<TestBrowser> {
  const browser = world.browser();
  expect((await browser.post("/portal/v1/demo/sign-in", { id })).status).toBe(200);
  return browser;
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
    open.push(world);
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
