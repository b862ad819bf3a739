import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Runtime } from "./runtime.ts";

/** A client's private key for its assertions: a JWK (RFC 7517) with `kid`, on P-384. */
export interface FhirClientKey {
  readonly kty: "EC";
  readonly crv: "P-384";
  readonly kid: string;
  readonly x: string;
  readonly y: string;
  /** The secret. */
  readonly d: string;
}

export interface FhirToken {
  readonly token: string;
  /** Seconds for which it is good. */
  readonly expiresIn: number;
  readonly scope: string;
}

export interface FhirTokenParameters {
  readonly runtime: Pick<Runtime, "fetch" | "now" | "random">;
  /** The node's address; its FHIR server is at `/fhir` of it. */
  readonly node: string;
  readonly clientId: string;
  readonly key: FhirClientKey;
  /** SMART 2 scopes with a space between; all that the client is registered for by default. */
  readonly scope: string;
  /** A purpose of use (v3-ActReason); the client's first one by default. */
  readonly purpose?: string;
}

const ECDSA = { name: "ECDSA", namedCurve: "P-384" } as const;
/** Seconds for which the assertion is good. */
const ASSERTION_LIFE = 60;

/** A new key for a client; the public half, without `d`, goes into the node's configuration. */
export async function createFhirClientKey(): Promise<FhirClientKey> {
  const pair = await crypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const { x = "", y = "", d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const digest = await crypto.subtle.digest("SHA-256", utf8ToBytes(`${x}.${y}`));
  return { kty: "EC", crv: "P-384", kid: toHex(new Uint8Array(digest)).slice(2, 18), x, y, d };
}

/**
 * A token for a node's FHIR server (SMART Backend Services: `client_credentials` with `private_key_jwt`, ES384). Throws `fhir-token-refused` with the server's OAuth error code, and
 * `node-unreachable`.
 */
export async function requestFhirToken(parameters: FhirTokenParameters): Promise<FhirToken> {
  const { runtime, node, scope, purpose } = parameters;
  const base = node.replace(/\/$/, "");
  const { token_endpoint: endpoint } = await fetchJson(
    runtime,
    `${base}/fhir/.well-known/smart-configuration`,
  );
  if (typeof endpoint !== "string") throw refused("no token_endpoint");
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await assertion(parameters, endpoint),
    scope,
    ...(purpose === undefined ? {} : { purpose_of_use: purpose }),
  });
  const answer = await fetchJson(runtime, endpoint, form);
  const { access_token: token, expires_in: expiresIn, scope: given } = answer;
  if (typeof token !== "string" || typeof expiresIn !== "number") throw refused(String(answer["error"]));
  return { token, expiresIn, scope: typeof given === "string" ? given : scope };
}

async function assertion({ runtime, clientId, key }: FhirTokenParameters, audience: string): Promise<string> {
  const now = runtime.now();
  const claims = { iss: clientId, sub: clientId, aud: audience, jti: toHex(runtime.random(16)), iat: now };
  const parts = [
    { alg: "ES384", typ: "JWT", kid: key.kid },
    { ...claims, exp: now + ASSERTION_LIFE },
  ].map((part) => base64url(utf8ToBytes(JSON.stringify(part))));
  const text = parts.join(".");
  const { kid: _kid, ...jwk } = key;
  const secret = await crypto.subtle.importKey("jwk", jwk, ECDSA, false, ["sign"]);
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-384" }, secret, utf8ToBytes(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function fetchJson(
  runtime: Pick<Runtime, "fetch">,
  url: string,
  form?: URLSearchParams,
): Promise<Readonly<Record<string, unknown>>> {
  const body = form === undefined ? null : utf8ToBytes(form.toString());
  const init =
    body === null
      ? { method: "GET", headers: {} }
      : { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body };
  const answer = await runtime.fetch(url, init).catch(() => {
    throw new AnamnesisError({
      code: "node-unreachable",
      rule: "The node must be running and answer in time.",
      fix: "Check the node's address and try again.",
      meta: { retryable: true },
    });
  });
  const json = parsed(new Uint8Array(await answer.arrayBuffer()));
  if (typeof json === "object" && json !== null) return json as Readonly<Record<string, unknown>>;
  throw refused(`status ${answer.status}`);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** @param reason an OAuth error code: never what was sent. */
function refused(reason: string): AnamnesisError<"fhir-token-refused"> {
  return new AnamnesisError({
    code: "fhir-token-refused",
    rule: "A node gives tokens to the clients of its configuration (fhir.clients), for scopes and purposes that they are registered for.",
    fix: "Compare client id, key, scopes and purpose with the node's configuration; it counts from the node's next start on.",
    meta: { reason: /^[a-z0-9_ ]{1,60}$/i.test(reason) ? reason : "not told" },
  });
}
