import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import { parseOrganisationId } from "@anamnesis/core/ids";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  openTestDatabase,
  releaseTestDatabases,
  startTestDatabase,
} from "../../indexer/testing/testDatabase.ts";
import { TestClock } from "../../indexer/testing/testNode.ts";
import type { Logger } from "../../runtime/logger.ts";
import { openPortal, PERSON, type PortalWorld } from "../testing/portalWorld.ts";
import { REDIS_INSTALLED, type RedisServer, startRedis } from "../testing/redisServer.ts";
import { sessionStoreConformance } from "../testing/sessionStoreConformance.ts";
import { connectRedisSessionStore } from "./redisSessionStore.ts";
import { SESSION_IDLE } from "./sessions.ts";
import type { SessionStore } from "./sessionStore.ts";
import { createSqlSessionStore } from "./sqlSessionStore.ts";

beforeAll(startTestDatabase);
const stores: SessionStore[] = [];
const worlds: PortalWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  for (const store of stores.splice(0)) await store.close();
  await releaseTestDatabases();
});

describe("in the node's database", () => {
  sessionStoreConformance(async () => {
    const clock = new TestClock();
    const context = {
      db: await openTestDatabase(),
      durable: <T>(_: string, work: () => Promise<T>) => work(),
      clock,
    };
    const open = (): SessionStore => createSqlSessionStore(context, SESSION_IDLE);
    return { here: open(), there: open(), now: clock.now() };
  });
});

const silent = { warn: () => undefined };
const now = (): UnixSeconds => Math.floor(Date.now() / 1000) as UnixSeconds;
let organisations = 0;
const newOrganisation = (): OrganisationId =>
  parseOrganisationId(`0x${String(++organisations).padStart(16, "0")}${"0".repeat(48)}`);

describe.skipIf(!REDIS_INSTALLED)("at a Redis server (skipped where redis-server is not installed)", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  async function open(organisation: OrganisationId): Promise<SessionStore> {
    const store = await connectRedisSessionStore(redis.url, organisation, silent);
    stores.push(store);
    return store;
  }

  sessionStoreConformance(async () => {
    const organisation = newOrganisation();
    return { here: await open(organisation), there: await open(organisation), now: now() };
  });

  it("are of one organisation alone", async () => {
    const [north, south] = [await open(newOrganisation()), await open(newOrganisation())];
    const current = "ab".repeat(32);
    const time = now();
    const base = { session: "s", account: "a", how: "demo", generation: 0, previous: null } as const;
    await north.add(
      { ...base, created: time, rotated: time, used: time, current },
      (time + 60) as UnixSeconds,
    );
    expect(await north.find(current)).not.toBeNull();
    expect(await south.find(current)).toBeNull();
  });

  it("are shared by two servers behind one address, which end each other's", async () => {
    const clock = new TestClock();
    clock.time = now();
    const organisation = newOrganisation();
    const first = await openPortal({ clock, store: await open(organisation) });
    worlds.push(first);
    const second = await openPortal({
      clock,
      db: first.node.db,
      store: await open(organisation),
      publicUrl: first.url,
    });
    worlds.push(second);
    const here = first.browser();
    expect((await here.post("/portal/v1/demo/sign-in", { id: PERSON.id })).status).toBe(200);
    expect(await first.node.db.query("select 1 as one from portal_sessions")).toEqual([]);
    const { host } = new URL(first.url);
    const there = async (method: string, path: string): Promise<number> => {
      const { request } = await import("node:http");
      const jar = [...here.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = {
        host,
        origin: first.url,
        "content-type": "application/json",
        cookie: jar,
      };
      return new Promise((resolve, reject) => {
        const sent = request(`${second.url}${path}`, { method, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        sent.once("error", reject);
        sent.end(method === "POST" ? '{"everywhere":true}' : undefined);
      });
    };
    expect(await there("GET", "/portal/v1/session")).toBe(200);
    clock.time += 900;
    expect((await here.get("/portal/v1/session")).status).toBe(200);
    expect(await there("GET", "/portal/v1/session")).toBe(200);
    expect(await there("POST", "/portal/v1/session/end")).toBe(200);
    expect((await here.get("/portal/v1/session")).status).toBe(401);
  });

  it("refuse while the server is away, say nothing of its password, and go on when it is back", async () => {
    const own = await startRedis();
    const lines: string[] = [];
    const log: Pick<Logger, "warn"> = {
      warn: (event, fields) => void lines.push(JSON.stringify({ event, fields })),
    };
    const store = await connectRedisSessionStore(own.url, newOrganisation(), log);
    stores.push(store);
    expect(await store.find("00")).toBeNull();
    await own.stop();
    await expect(store.find("00")).rejects.toMatchObject({ code: "sessions-unavailable" });
    expect(lines.join()).toContain("sessions-unavailable");
    expect(lines.join()).not.toContain("canary");
    await expect(connectRedisSessionStore(own.url, newOrganisation(), log)).rejects.toMatchObject({
      code: "sessions-unavailable",
    });
    await own.start();
    await expect.poll(() => store.find("00").catch(() => "away")).toBeNull();
    await own.stop();
  });
});
