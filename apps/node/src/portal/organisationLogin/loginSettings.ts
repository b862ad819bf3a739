import { bad } from "../../configError.ts";
import { isLoopback } from "../nodeOrigins.ts";

/** The organisation's own OpenID provider, by which its staff signs in (`portal.oidc` of the configuration). */
export interface LoginSettings {
  /** As its discovery document names it. https, but for loopback. */
  readonly issuer: string;
  readonly clientId: string;
  /** How the node proves itself to the provider: a file with a shared secret, or one with a private JSON Web Key. */
  readonly client: { readonly kind: "secret" | "key"; readonly file: string };
  /** Asked for beside `openid`. */
  readonly scopes: readonly string[];
  /** Seconds since the person last typed who they are, at most; `null`: as long as the provider remembers them. */
  readonly maxAge: number | null;
  /** Who of those that the provider knows may sign in; `null`: everybody to whom an account was linked. */
  readonly allowed: AllowedClaim | null;
}

/** A claim of the ID token, by the names that lead to it, and the values of which it has to have one. */
export interface AllowedClaim {
  readonly claim: readonly string[];
  readonly values: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const KEYS = new Set([
  "issuer",
  "clientId",
  "clientSecretFile",
  "clientKeyFile",
  "scopes",
  "maxAgeSeconds",
  "allowed",
]);
const ALLOWED_KEYS = new Set(["claim", "values"]);
const KEY = "portal.oidc";

/** Throws `bad-config`. */
export function parseLoginSettings(value: unknown): LoginSettings | null {
  if (value === undefined) return null;
  if (!isObject(value) || !Object.keys(value).every((key) => KEYS.has(key)))
    throw bad(KEY, "an object of known keys");
  return {
    issuer: issuerOf(value["issuer"]),
    clientId: textOf(value["clientId"], `${KEY}.clientId`),
    client: clientOf(value),
    scopes: textsOf(value["scopes"] ?? [], `${KEY}.scopes`, /^[\x21\x23-\x5b\x5d-\x7e]+$/),
    maxAge: maxAgeOf(value["maxAgeSeconds"]),
    allowed: allowedOf(value["allowed"]),
  };
}

/** Section 2 of OpenID Connect Discovery 1.0: no query, no fragment. What goes there is a secret of the organisation, so plain http is for this machine alone. */
function issuerOf(value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.href));
  const isPlain =
    url !== null && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (typeof value !== "string" || !isSafe || !isPlain)
    throw bad(
      `${KEY}.issuer`,
      "an https address without user, password, query and fragment (http on loopback)",
    );
  return value;
}

function clientOf({ clientSecretFile, clientKeyFile }: Json): LoginSettings["client"] {
  if ((clientSecretFile === undefined) === (clientKeyFile === undefined))
    throw bad(KEY, "one with either clientSecretFile or clientKeyFile");
  return clientSecretFile === undefined
    ? { kind: "key", file: textOf(clientKeyFile, `${KEY}.clientKeyFile`) }
    : { kind: "secret", file: textOf(clientSecretFile, `${KEY}.clientSecretFile`) };
}

function maxAgeOf(value: unknown): number | null {
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= 86_400) return value;
  throw bad(`${KEY}.maxAgeSeconds`, "a whole number from 0 to 86400");
}

function allowedOf(value: unknown): AllowedClaim | null {
  const key = `${KEY}.allowed`;
  if (value === undefined) return null;
  if (!isObject(value) || !Object.keys(value).every((one) => ALLOWED_KEYS.has(one)))
    throw bad(key, "an object with claim and values");
  const claim = typeof value["claim"] === "string" ? [value["claim"]] : value["claim"];
  const names = textsOf(claim, `${key}.claim`, /./);
  const values = textsOf(value["values"], `${key}.values`, /./);
  // An empty list would let nobody in, or everybody, as one reads it.
  if (names.length === 0) throw bad(`${key}.claim`, "the name of a claim, or the names that lead to it");
  if (values.length === 0) throw bad(`${key}.values`, "a list of at least one text");
  return { claim: names, values };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== "string" || value === "") throw bad(key, "a text that is not empty");
  return value;
}

function textsOf(value: unknown, key: string, form: RegExp): readonly string[] {
  const texts = Array.isArray(value) ? (value as unknown[]) : [null];
  if (!texts.every((text): text is string => typeof text === "string" && form.test(text)))
    throw bad(key, "a list of texts");
  return texts;
}
