import { AnamnesisError } from "@anamnesis/core/errors";
import { type Address, parseAddress } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { bad } from "./configError.ts";
import {
  endpointOf,
  isObject,
  type Json,
  levelOf,
  numberOf,
  objectOf,
  proxiesOf,
  redisUrlOf,
  requireKnown,
  textOf,
  textsOf,
  urlOf,
} from "./configFields.ts";
import type { NodeSettings } from "./context.ts";
import type { BasePolicy } from "./fhir/policy/basePolicy.ts";
import { parsePolicy } from "./fhir/policy/parsePolicy.ts";
import type { FhirClient } from "./oauth/fhirClient.ts";
import { parseClients } from "./oauth/parseClients.ts";
import { type LoginSettings, parseLoginSettings } from "./portal/organisationLogin/loginSettings.ts";
import { isLoopback } from "./portal/nodeOrigins.ts";
import { BUILT_PAGES } from "./portal/pages/readPages.ts";
import type { LogLevel } from "./runtime/jsonLogger.ts";

/** A node's configuration: the file, and what comes from the environment because it is a secret. */
export interface NodeConfig {
  readonly dataDir: string;
  /** In production a node starts only where a loss of power takes nothing that was acknowledged. */
  readonly mode: "production" | "development";
  /** Of a PostgreSQL server, with credentials: never to be shown. `null`: the embedded database. */
  readonly databaseUrl: string | null;
  /** Of a Redis server for the portal's sessions, with credentials: never to be shown. `null`: the database keeps them. */
  readonly redisUrl: string | null;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Address under which others reach this node; `null`: where it listens. */
  readonly publicUrl: string | null;
  readonly ledger: {
    readonly rpcUrl: string;
    readonly identity: LedgerIdentity;
    readonly relay: Address;
    readonly firstBlock: number;
  };
  readonly settings: NodeSettings;
  readonly fhir: {
    /** What each role may do with what the organisation wrote; `parsePolicy` says what holds where nothing is said. */
    readonly roles: BasePolicy;
    /** Programs that get tokens; none: nobody asks at `/fhir`. */
    readonly clients: readonly FhirClient[];
    /** Files of FHIR packages, whose profiles hold for what names them. */
    readonly packages: readonly string[];
  };
  readonly portal: {
    /** Folder of the built pages. */
    readonly pages: string;
    /** Origins besides those of the members' endpoints whose pages may call this node. */
    readonly origins: readonly string[];
    /** File of the demo's people, who sign in without a key; `null`: nobody does. */
    readonly demo: string | null;
    /** The organisation's own login for its staff; `null`: it has none here. */
    readonly oidc: LoginSettings | null;
  };
  /** Addresses and networks (CIDR) of proxies in front: their `X-Forwarded-For` says who called. */
  readonly proxies: readonly string[];
  readonly logLevel: LogLevel;
}

const KEYS = new Set([
  "dataDir",
  "mode",
  "host",
  "port",
  "publicUrl",
  "ledger",
  "anchorIntervalMs",
  "ledgerPollMs",
  "staleAfterSeconds",
  "releasesPerMinute",
  "witnesses",
  "admins",
  "fhir",
  "portal",
  "proxies",
  "logLevel",
]);
const FHIR_KEYS = new Set(["roles", "clients", "packages"]);
const PORTAL_KEYS = new Set(["pages", "origins", "demo", "oidc"]);
const LEDGER_KEYS = new Set(["rpcUrl", "chainId", "firstBlock", "contracts"]);
const CONTRACT_KEYS = new Set([
  "consortium",
  "directory",
  "consents",
  "records",
  "receipts",
  "owners",
  "policy",
  "relay",
]);

/**
 * @param text content of the JSON file.
 * @param environment `DATABASE_URL` and `REDIS_URL` are read from it.
 * Throws `bad-config` with the key.
 */
export function parseConfig(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): NodeConfig {
  const json = objectOf(text, KEYS);
  const ledger = json["ledger"];
  if (!isObject(ledger)) throw bad("ledger", "an object");
  requireKnown(ledger, LEDGER_KEYS, "ledger");
  const contracts = ledger["contracts"];
  if (!isObject(contracts)) throw bad("ledger.contracts", "an object");
  requireKnown(contracts, CONTRACT_KEYS, "ledger.contracts");
  const contract = (name: string): Address => {
    const value = contracts[name];
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(value)) {
      throw bad(`ledger.contracts.${name}`, "an address, 0x and 40 hexadecimal digits");
    }
    return parseAddress(value);
  };
  return {
    dataDir: textOf(json, "dataDir"),
    mode: modeOf(json),
    databaseUrl: databaseUrlOf(environment["DATABASE_URL"]),
    redisUrl: redisUrlOf(environment["REDIS_URL"]),
    host: textOf(json, "host", "127.0.0.1"),
    port: numberOf(json, "port", 0, 0, 65_535),
    publicUrl: json["publicUrl"] === undefined ? null : endpointOf(json, "publicUrl"),
    ledger: {
      rpcUrl: urlOf(ledger, "rpcUrl"),
      relay: contract("relay"),
      firstBlock: numberOf(ledger, "firstBlock", 0, 0, Number.MAX_SAFE_INTEGER),
      identity: {
        chainId: numberOf(ledger, "chainId", null, 1, Number.MAX_SAFE_INTEGER),
        contracts: {
          consortium: contract("consortium"),
          directory: contract("directory"),
          consents: contract("consents"),
          records: contract("records"),
          receipts: contract("receipts"),
          owners: contract("owners"),
          ...(contracts["policy"] === undefined ? {} : { policy: contract("policy") }),
        },
      },
    },
    settings: {
      anchorInterval: numberOf(json, "anchorIntervalMs", 10_000, 100, 3_600_000),
      ledgerPoll: numberOf(json, "ledgerPollMs", 1000, 50, 60_000),
      staleAfter: numberOf(json, "staleAfterSeconds", 120, 5, 3600),
      releasesPerMinute: numberOf(json, "releasesPerMinute", 240, 1, 60_000),
      witnesses: numberOf(json, "witnesses", 1, 0, 255),
      admins: adminsOf(json),
    },
    fhir: fhirOf(json),
    portal: portalOf(json),
    proxies: proxiesOf(json),
    logLevel: levelOf(json),
  };
}

function fhirOf(json: Json): NodeConfig["fhir"] {
  const fhir = json["fhir"] ?? {};
  if (!isObject(fhir)) throw bad("fhir", "an object");
  requireKnown(fhir, FHIR_KEYS, "fhir");
  return {
    roles: parsePolicy(fhir["roles"]),
    clients: parseClients(fhir["clients"], "fhir.clients"),
    packages: pathsOf(fhir["packages"], "fhir.packages"),
  };
}

function portalOf(json: Json): NodeConfig["portal"] {
  const portal = json["portal"] ?? {};
  if (!isObject(portal)) throw bad("portal", "an object");
  requireKnown(portal, PORTAL_KEYS, "portal");
  const demo = portal["demo"] ?? null;
  if (demo !== null && (typeof demo !== "string" || demo === ""))
    throw bad("portal.demo", "the name of a file");
  // Whoever reaches such a node is anyone of the demo.
  const here = [`http://${textOf(json, "host", "127.0.0.1")}`, json["publicUrl"] ?? "http://127.0.0.1"];
  if (demo !== null && !here.every((url) => typeof url === "string" && isLoopback(url))) {
    throw bad("portal.demo", "for a node that listens on loopback and has no other public address");
  }
  return {
    pages: textOf(portal, "pages", BUILT_PAGES),
    origins: textsOf(
      portal,
      "portal.origins",
      (text) => URL.canParse(text) && new URL(text).origin === text,
      "origins",
    ),
    demo,
    oidc: parseLoginSettings(portal["oidc"]),
  };
}

function pathsOf(value: unknown, key: string): readonly string[] {
  if (value === undefined) return [];
  const paths = Array.isArray(value) ? (value as unknown[]) : [null];
  if (!paths.every((path): path is string => typeof path === "string" && path !== ""))
    throw bad(key, "a list of paths");
  return paths;
}

function adminsOf(json: Json): readonly string[] {
  const value = json["admins"] ?? [];
  const keys = Array.isArray(value) ? (value as unknown[]) : [null];
  if (!keys.every((key): key is string => typeof key === "string" && /^0x[0-9a-f]{64}$/.test(key))) {
    throw bad("admins", "a list of Ed25519 keys, each 0x and 64 lower-case hexadecimal digits");
  }
  return keys;
}

/** Whoever says nothing means it: what is only good enough for a trial has to be asked for. */
function modeOf(json: Json): NodeConfig["mode"] {
  const value = json["mode"] ?? "production";
  if (value === "production" || value === "development") return value;
  throw bad("mode", "production or development");
}

function databaseUrlOf(value: string | undefined): string | null {
  if (value === undefined || value === "") return null;
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return value;
  throw new AnamnesisError({
    code: "bad-config",
    rule: "DATABASE_URL names a database of a PostgreSQL server, postgresql://user:password@host:port/database.",
    fix: "Mend the environment variable, or take it away to use the embedded database.",
    meta: { key: "DATABASE_URL" },
  });
}
