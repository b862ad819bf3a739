import { createClient } from "@anamnesis/api/client";
import type { Body, Download, Route, Upload } from "@anamnesis/api/route";
import { adminRoutes } from "@anamnesis/api/routes/admin";
import { deskRoutes } from "@anamnesis/api/routes/desk";
import { fhirLoginRoutes } from "@anamnesis/api/routes/fhirLogin";
import { receivedRoutes } from "@anamnesis/api/routes/received";
import { correctionRoutes } from "@anamnesis/api/routes/corrections";
import { requestRoutes } from "@anamnesis/api/routes/requests";
import { recordVerbRoutes } from "@anamnesis/api/routes/recordVerbs";
import { standingRoutes } from "@anamnesis/api/routes/standing";
import { auditRoutes } from "@anamnesis/api/routes/audit";
import { custodyRoutes } from "@anamnesis/api/routes/custody";
import { exchangeRoutes, type Health, type NodeInfo } from "@anamnesis/api/routes/exchange";
import { ed25519PublicKey, ed25519Sign } from "@anamnesis/core/crypto/ed25519";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hash32 } from "@anamnesis/core/ids";
import { TEST_IDENTITY } from "@anamnesis/testkit/core/world";
import { downloadOf } from "@anamnesis/api/testing/wire";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NodeContext } from "../context.ts";
import { createServer, type Server } from "../http/server.ts";
import { bytesOf } from "../indexer/testing/testNode.ts";
import { createJsonLogger } from "../runtime/jsonLogger.ts";
import { createPrometheusMetrics } from "../runtime/prometheusMetrics.ts";
import { systemClock } from "../runtime/systemClock.ts";
import { systemRandom } from "../runtime/systemRandom.ts";
import { systemTimers } from "../runtime/systemTimers.ts";
import { adminHandlers } from "./adminHandlers.ts";
import { auditHandlers } from "./auditHandlers.ts";
import { deskHandlers } from "./deskHandlers.ts";
import { fhirLoginHandlers } from "./fhirLoginHandlers.ts";
import { receivedHandlers } from "./receivedHandlers.ts";
import { correctionHandlers } from "./correctionHandlers.ts";
import { requestHandlers } from "./requestHandlers.ts";
import { recordVerbHandlers } from "./recordVerbHandlers.ts";
import { standingHandlers } from "./standingHandlers.ts";
import { custodyHandlers } from "./custodyHandlers.ts";
import { exchangeHandlers } from "./exchangeHandlers.ts";
import type { Call, Handler } from "./handler.ts";
import { routeExamples } from "./testing/routeExamples.ts";

type AnyRoute = Route<string, unknown, unknown>;

const ROUTES: readonly AnyRoute[] = [
  exchangeRoutes,
  custodyRoutes,
  auditRoutes,
  adminRoutes,
  recordVerbRoutes,
  deskRoutes,
  fhirLoginRoutes,
  receivedRoutes,
  requestRoutes,
  correctionRoutes,
  standingRoutes,
].flatMap((group) => Object.values(group) as unknown as AnyRoute[]);

const SECRET = bytesOf("client");
const KEYID = toHex(ed25519PublicKey(SECRET));
const hash = (text: string): Hash32 => toHex(bytesOf(text));
const filler = (length: number): Uint8Array => new Uint8Array(length).fill(7);

const HEALTH: Health = {
  status: "ready",
  organisation: hash("north") as Health["organisation"],
  checks: { ledger: { ok: true, detail: "block 1" } },
};
const INFO: NodeInfo = {
  organisation: HEALTH.organisation,
  name: "North",
  keyCard: hash("card") as NodeInfo["keyCard"],
  custodian: true,
  ledger: TEST_IDENTITY,
  version: "0.1.0",
  time: 1_700_000_000 as NodeInfo["time"],
};

function uploadOf(bytes: Uint8Array): Upload {
  const { pieces, length } = downloadOf(bytes);
  return { digest: createHash("sha256").update(bytes).digest(), length, pieces };
}

/** A value with the bytes of its stream in place of the stream. */
async function plain(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null || !("pieces" in value)) return value;
  const parts: Uint8Array[] = [];
  for await (const piece of (value as Download).pieces) parts.push(piece);
  const { digest } = value as Partial<Upload>;
  return { ...value, digest: digest && Buffer.from(digest).toString("hex"), pieces: Buffer.concat(parts) };
}

describe("every route, from client to server and back", () => {
  const received = new Map<string, Call<string, unknown>>();
  let values: ReadonlyMap<string, unknown>;
  let server: Server;

  const exampleOf = (name: string, body: Body<unknown>): unknown => {
    switch (body.type) {
      case "none":
        return undefined;
      case "cbor":
        return values.get(body.format.kind) ?? expect.unreachable(`no example of ${body.format.kind}`);
      case "bytes":
        return filler(70_000);
      case "stream":
        return name === "putBlob" ? uploadOf(filler(70_000)) : downloadOf(filler(70_000));
      case "text":
        return "Text – with more than ASCII\n";
      case "json":
        return name === "health" ? HEALTH : INFO;
    }
  };

  beforeAll(async () => {
    values = await routeExamples();
    const handlers = ROUTES.map((route): Handler => ({
      route,
      handle: async (call) => {
        // A streamed body is there for as long as its handler runs.
        received.set(route.name, { ...call, request: await plain(call.request) });
        return exampleOf(route.name, route.answer);
      },
    }));
    server = await createServer({
      host: "127.0.0.1",
      port: 0,
      after: -1,
      handlers,
      context: {
        clock: systemClock,
        random: systemRandom,
        timers: systemTimers,
        metrics: createPrometheusMetrics(),
        log: createJsonLogger("silent"),
      },
    });
  });
  afterAll(() => server.close());

  it.each(ROUTES.map((route) => [route.name, route] as const))("%s", async (name, route) => {
    const client = createClient({
      baseUrl: server.url,
      fetch: globalThis.fetch,
      signer: { keyid: KEYID, sign: (message) => ed25519Sign(message, SECRET) },
      now: () => systemClock.now(),
      random: (length) => systemRandom.bytes(length),
    });
    const names = [...route.path.matchAll(/:([a-zA-Z]+)/g)].map(([, param]) => param ?? "");
    const rest = route.path.endsWith("*") ? { "*": "0/x001/067.p/5" } : {};
    const params = { ...Object.fromEntries(names.map((param) => [param, hash(param)])), ...rest };
    const request = exampleOf(name, route.request);
    const query = { wait: "3", text: "a b&c=ü/?" };
    const answer = await client.call(route, params, request, { query });
    expect(await plain(answer)).toEqual(await plain(exampleOf(name, route.answer)));
    const call = received.get(name);
    expect(call?.request).toEqual(await plain(exampleOf(name, route.request)));
    expect({ ...call?.params }).toEqual(params);
    expect(Object.fromEntries(call?.query ?? [])).toEqual(query);
    expect(call?.signer).toBe(route.signed ? KEYID : null);
  });

  it("has one handler for each route in the node", () => {
    const nothing = {} as never;
    const context = { settings: { admins: [] } } as unknown as NodeContext;
    const handled = [
      ...exchangeHandlers(context, nothing),
      ...custodyHandlers(context, nothing, nothing),
      ...auditHandlers(context),
      ...adminHandlers(context),
      ...recordVerbHandlers(context),
      ...deskHandlers(context, nothing),
      ...fhirLoginHandlers(nothing),
      ...receivedHandlers(context, nothing),
      ...requestHandlers(context, nothing),
      ...correctionHandlers(context, nothing),
      ...standingHandlers(context),
    ].map(({ route }) => route);
    expect(new Set(handled)).toEqual(new Set(ROUTES));
    expect(handled).toHaveLength(ROUTES.length);
    expect(new Set(ROUTES.map(({ method, path }) => `${method} ${path}`)).size).toBe(ROUTES.length);
    expect(new Set(ROUTES.map(({ name }) => name)).size).toBe(ROUTES.length);
  });
});
