import { createPublicKey } from "node:crypto";
import { PURPOSES, type Purpose } from "@anamnesis/core/consent/terms";
import { parseActorId } from "@anamnesis/core/ids";
import { isWithin, parseScope } from "@anamnesis/fhir-server/access/scopes";
import { bad } from "../configError.ts";
import { type FhirClient, type JsonWebKey, PATIENT_SCOPES } from "./fhirClient.ts";
import { isPatientScope } from "./patientLogin.ts";

type Json = Readonly<Record<string, unknown>>;

const KEYS = new Set(["clientId", "name", "jwks", "role", "actor", "purposes", "scopes", "redirectUris"]);
const JWK_KEYS = new Set(["kty", "kid", "use", "alg", "key_ops", "crv", "x", "y", "n", "e"]);
const MOST_CLIENTS = 1000;
/** RFC 7518, section 3.3. */
const LEAST_RSA_BITS = 2048;

/**
 * Reads `fhir.clients` of the configuration. Throws `bad-config` with the key: for private keys too, which have no place in it.
 *
 * @param at the list's own key.
 */
export function parseClients(value: unknown, at: string): readonly FhirClient[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MOST_CLIENTS) {
    throw bad(at, `a list of at most ${MOST_CLIENTS} clients`);
  }
  const clients = value.map((one: unknown, i) => clientOf(one, `${at}[${i}]`));
  if (new Set(clients.map(({ clientId }) => clientId)).size !== clients.length) {
    throw bad(at, "a list of clients, each with a clientId of its own");
  }
  return clients;
}

function clientOf(value: unknown, at: string): FhirClient {
  if (!isObject(value) || !Object.keys(value).every((key) => KEYS.has(key))) {
    throw bad(at, `an object of ${[...KEYS].join(", ")}`);
  }
  const redirectUris = textsOf(
    value,
    "redirectUris",
    at,
    isRedirectUri,
    0,
    "https addresses, or http ones of this machine, without fragment",
  );
  const purposes = textsOf(
    value,
    "purposes",
    at,
    isPurpose,
    1,
    `some of ${PURPOSES.join(", ")}, each once`,
  ) as readonly Purpose[];
  const scopes = textsOf(value, "scopes", at, isScope, 1, "scopes of SMART 2, each once");
  if (redirectUris.length === 0 && !scopes.every((scope) => scope.startsWith("system/"))) {
    throw bad(`${at}.scopes`, "made of system/ scopes where no redirectUris let a user log in");
  }
  const patients = scopes.filter(isPatientScope);
  const most = PATIENT_SCOPES.map(parseScope);
  if (!patients.every((scope) => isWithin(parseScope(scope), most))) {
    throw bad(
      `${at}.scopes`,
      `made of system/ and user/ scopes and, of patient/ ones, ${PATIENT_SCOPES.join(", ")}`,
    );
  }
  if (patients.length > 0 && !purposes.includes("PATRQT")) {
    throw bad(`${at}.purposes`, "with PATRQT where patients log in");
  }
  return {
    clientId: textOf(
      value,
      "clientId",
      at,
      /^[A-Za-z0-9._~-]{1,128}$/,
      "1 to 128 letters, digits, dots, hyphens, underscores and tildes",
    ),
    name: textOf(value, "name", at, /^[^\p{Cc}]{1,100}$/u, "a text of 1 to 100 characters"),
    jwks: jwksOf(value["jwks"], `${at}.jwks`),
    role: textOf(
      value,
      "role",
      at,
      /^[a-z][a-z0-9-]{0,63}$/,
      "a role of lower-case letters, digits and hyphens",
    ),
    actor:
      value["actor"] === undefined
        ? null
        : parseActorId(
            textOf(
              value,
              "actor",
              at,
              /^0x[0-9a-f]{64}$/,
              "an actor id, 0x and 64 lower-case hexadecimal digits",
            ),
          ),
    purposes,
    scopes,
    redirectUris,
  };
}

function jwksOf(value: unknown, at: string): readonly JsonWebKey[] {
  const expected =
    "an object with `keys`, public JWKs of RSA (2048 bits or more) or P-384, each with a kid of its own";
  const keys = isObject(value) && Object.keys(value).length === 1 ? value["keys"] : null;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 16 || !keys.every(isPublicKey)) {
    throw bad(at, expected);
  }
  if (new Set(keys.map(({ kid }) => kid)).size !== keys.length) throw bad(at, expected);
  return keys.map(({ kty, kid, crv, x, y, n, e }): JsonWebKey =>
    kty === "RSA"
      ? { kty, kid, use: "sig", alg: "RS384", n: n ?? "", e: e ?? "" }
      : { kty, kid, use: "sig", alg: "ES384", crv: crv ?? "", x: x ?? "", y: y ?? "" },
  );
}

function isPublicKey(value: unknown): value is JsonWebKey {
  if (!isObject(value) || !Object.keys(value).every((key) => JWK_KEYS.has(key))) return false;
  const { kid, kty, crv, use = "sig", alg } = value;
  if (typeof kid !== "string" || !/^[\x21-\x7e]{1,256}$/.test(kid) || use !== "sig") return false;
  if (alg !== undefined && alg !== (kty === "RSA" ? "RS384" : "ES384")) return false;
  if (kty !== "RSA" && !(kty === "EC" && crv === "P-384")) return false;
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({ key: value, format: "jwk" });
    return kty === "EC" || (details?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  } catch {
    return false;
  }
}

function textOf(json: Json, key: string, at: string, form: RegExp, expected: string): string {
  const value = json[key];
  if (typeof value !== "string" || !form.test(value)) throw bad(`${at}.${key}`, expected);
  return value;
}

function textsOf(
  json: Json,
  key: string,
  at: string,
  is: (text: string) => boolean,
  least: number,
  expected: string,
): readonly string[] {
  const value = json[key] ?? [];
  const texts = Array.isArray(value) ? (value as unknown[]) : [null];
  const isFine = texts.every((text): text is string => typeof text === "string" && is(text));
  if (!isFine || texts.length < least || texts.length > 100 || new Set(texts).size !== texts.length) {
    throw bad(`${at}.${key}`, `a list of ${expected}`);
  }
  return texts;
}

function isScope(text: string): boolean {
  try {
    // Between scopes stands a space.
    return !/[\s"\\]/.test(text) && parseScope(text).letters.length > 0;
  } catch {
    return false;
  }
}

function isPurpose(text: string): boolean {
  return (PURPOSES as readonly string[]).includes(text);
}

function isRedirectUri(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hash !== "" || text.includes("#") || url.username !== "" || url.password !== "")
    return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname))
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
