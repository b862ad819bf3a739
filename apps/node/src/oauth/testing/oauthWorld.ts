import { randomUUID } from "node:crypto";
import type { Database } from "@anamnesis/core/ports/database";
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { NodeContext } from "../../context.ts";
import { createServer, type Server } from "../../http/server.ts";
import { systemClock } from "../../runtime/systemClock.ts";
import { systemRandom } from "../../runtime/systemRandom.ts";
import { systemTimers } from "../../runtime/systemTimers.ts";
import { createOAuth, type OAuth } from "../createOAuth.ts";
import { oauthMounts } from "../oauthMounts.ts";
import { parseClients } from "../parseClients.ts";
import { createSoftwareKeyLogin } from "../softwareKeyLogin.ts";
import { fhirLoginHandlers } from "../../routes/fhirLoginHandlers.ts";

/** A node's authorisation server on a real address, and what its tests see of it. */
export interface OAuthServer {
  readonly url: string;
  readonly oauth: OAuth;
  /** What was logged, as text. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

type Context = Parameters<typeof createOAuth>[0]["context"] & Parameters<typeof createSoftwareKeyLogin>[0];

/** Actors that a test says are active. */
export function copyWith(active: ReadonlySet<string>, organisation: string): NodeContext["copy"] {
  const actor = async (id: string): Promise<object> => ({
    actor: id,
    organisation,
    active: active.has(id),
    memberActive: true,
  });
  return { actor } as unknown as NodeContext["copy"];
}

/** Starts it; `clients` as they stand in the configuration. */
export async function startOAuth(
  db: Database,
  clients: unknown,
  { port = 0, ...more }: Partial<Context> & { readonly port?: number } = {},
): Promise<OAuthServer> {
  const lines: string[] = [];
  const note = (...said: unknown[]): void => void lines.push(JSON.stringify(said));
  const context: Context = {
    clock: systemClock,
    copy: copyWith(new Set(), "0x00"),
    db,
    durable: (_, work) => work(),
    ledger: {} as NodeContext["ledger"],
    log: { info: note, warn: note, error: note },
    organisation: "0x00" as NodeContext["organisation"],
    random: systemRandom,
    settings: { staleAfter: 120 } as NodeContext["settings"],
    ...more,
  };
  const registeredClients = parseClients(clients, "fhir.clients");
  const login = createSoftwareKeyLogin(context, registeredClients);
  let oauth: OAuth | null = null;
  const server: Server = await createServer({
    host: "127.0.0.1",
    port,
    after: 0,
    handlers: fhirLoginHandlers(login),
    raw: oauthMounts(() => oauth),
    context: {
      ...context,
      timers: systemTimers,
      metrics: {
        count: () => undefined,
        gauge: () => undefined,
        time: () => undefined,
        info: () => undefined,
        render: async () => "",
      },
    },
  });
  oauth = createOAuth({ context, url: server.url, clients: registeredClients, login });
  return { url: server.url, oauth, lines, close: () => server.close() };
}

/** A client's key, as it signs and as it is registered. */
export interface ClientKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export async function clientKey(alg: "ES384" | "RS384" | "ES256" = "ES384"): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { alg, kid, privateKey, jwk: { ...jwk, kid } };
}

/** A client of the configuration. */
export function registered(key: ClientKey, more: object = {}): Readonly<Record<string, unknown>> {
  return {
    clientId: "lab",
    name: "Laboratory system",
    jwks: { keys: [key.jwk] },
    role: "laboratory",
    purposes: ["TREAT", "HOPERAT"],
    scopes: ["system/Observation.cruds", "system/Patient.rs"],
    ...more,
  };
}

/** A signed assertion (RFC 7523) for the token endpoint of `url`; `claims` and `header` take the place of the right ones. */
export async function assertion(
  url: string,
  key: ClientKey,
  claims: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = {
    iss: "lab",
    sub: "lab",
    aud: `${url}/oauth/token`,
    jti: randomUUID(),
    iat: now,
    exp: now + 240,
    ...claims,
  };
  return new SignJWT(all)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "JWT", ...header })
    .sign(key.privateKey);
}

export interface TokenAnswer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** `POST /oauth/token`, and other endpoints that take forms. */
export async function post(
  url: string,
  form: Readonly<Record<string, string | undefined>>,
  path = "token",
): Promise<TokenAnswer> {
  const given = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined);
  // A server that takes the place of another on its address would meet connections of that one.
  const headers = { connection: "close" };
  const answer = await fetch(`${url}/oauth/${path}`, {
    method: "POST",
    headers,
    body: new URLSearchParams(given),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    json: (text === "" ? {} : JSON.parse(text)) as TokenAnswer["json"],
  };
}

/** A token for a scope, by an assertion. */
export async function askToken(
  url: string,
  signed: string,
  scope: string | undefined = "system/Observation.rs",
  more: Readonly<Record<string, string | undefined>> = {},
): Promise<TokenAnswer> {
  return post(url, {
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: signed,
    scope,
    ...more,
  });
}
