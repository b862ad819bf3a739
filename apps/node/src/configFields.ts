import { isIP } from "node:net";
import { AnamnesisError } from "@anamnesis/core/errors";
import { bad } from "./configError.ts";
import type { LogLevel } from "./runtime/jsonLogger.ts";

/** Readers of single keys of a configuration file. Each throws `bad-config` with the key, and never shows what stood there. */
export type Json = Readonly<Record<string, unknown>>;

/** Most characters of an endpoint on the ledger. */
const LONGEST_ENDPOINT = 256;

/** A file that is one JSON object of known keys. */
export function objectOf(text: string, known: ReadonlySet<string>): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw bad("file", "JSON");
  }
  if (!isObject(json)) throw bad("file", "a JSON object");
  requireKnown(json, known, "file");
  return json;
}

export function proxiesOf(json: Json): readonly string[] {
  return textsOf(json, "proxies", (text) => isIP(text.replace(/\/\d{1,3}$/, "")) !== 0, "IP addresses");
}

export function textsOf(
  json: Json,
  path: string,
  test: (text: string) => boolean,
  what: string,
): readonly string[] {
  const value = json[path.slice(path.lastIndexOf(".") + 1)] ?? [];
  const texts = Array.isArray(value) ? (value as unknown[]) : [null];
  if (!texts.every((text): text is string => typeof text === "string" && test(text))) {
    throw bad(path, `a list of ${what}`);
  }
  return texts;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(json: Json, key: string, fallback?: string): string {
  const value = json[key] ?? fallback;
  if (typeof value !== "string" || value === "") throw bad(key, "a text that is not empty");
  return value;
}

export function urlOf(json: Json, key: string): string {
  const value = textOf(json, key);
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw bad(key, "an http or https address");
  }
  return value.replace(/\/+$/, "");
}

/** A key that is misspelt would otherwise leave its default in force without a word. It is not named: it could be anything. */
export function requireKnown(json: Json, known: ReadonlySet<string>, where: string): void {
  if (!Object.keys(json).every((key) => known.has(key))) throw bad(where, "made of known keys only");
}

/** An address that goes to the ledger, where everyone reads it for ever: so it holds no credentials. */
export function endpointOf(json: Json, key: string): string {
  const value = urlOf(json, key);
  const { username, password, search, hash } = new URL(value);
  if (username !== "" || password !== "" || search !== "" || hash !== "") {
    throw bad(key, "an address without user, password, query and fragment");
  }
  if (value.length > LONGEST_ENDPOINT || !/^[\x21-\x7e]+$/.test(value)) {
    throw bad(key, `at most ${LONGEST_ENDPOINT} visible ASCII characters`);
  }
  return value;
}

export function numberOf(
  json: Json,
  key: string,
  fallback: number | null,
  least: number,
  most: number,
): number {
  const value = json[key] ?? fallback;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    throw bad(key, `a whole number from ${least} to ${most}`);
  }
  return value;
}

export function redisUrlOf(value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  if (URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)) return value;
  throw new AnamnesisError({
    code: "bad-config",
    rule: "REDIS_URL names a Redis server, redis://user:password@host:port or rediss:// for TLS.",
    fix: "Mend the environment variable, or take it away to keep the portal's sessions in the node's database.",
    meta: { key: "REDIS_URL" },
  });
}

export function levelOf(json: Json): LogLevel {
  const value = json["logLevel"] ?? "info";
  if (value === "info" || value === "warn" || value === "error" || value === "silent") return value;
  throw bad("logLevel", "info, warn, error or silent");
}
