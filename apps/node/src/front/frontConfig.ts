import { BlockList, isIP } from "node:net";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type OrganisationId, parseOrganisationId } from "@anamnesis/core/ids";
import { bad } from "../configError.ts";
import {
  endpointOf,
  type Json,
  levelOf,
  numberOf,
  objectOf,
  proxiesOf,
  redisUrlOf,
  textOf,
} from "../configFields.ts";
import { BUILT_PAGES } from "../portal/pages/readPages.ts";
import type { LogLevel } from "../runtime/jsonLogger.ts";

/** Configuration of a front: a process of a node that keeps nothing and passes on what it cannot answer. */
export interface FrontConfig {
  /** Of the node's main process: `http`, loopback or a private network. */
  readonly main: URL;
  /** The node's, by which its sessions are found at the Redis server. */
  readonly organisation: OrganisationId;
  /** The Redis server of the main process, with credentials: never to be shown. */
  readonly redisUrl: string;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** The node's public address, which all of its fronts share: that of the main process's configuration. */
  readonly publicUrl: string;
  /** Folder of the built pages. */
  readonly pages: string;
  /** Addresses and networks (CIDR) of proxies in front of this one: their `X-Forwarded-For` says who called. */
  readonly proxies: readonly string[];
  readonly logLevel: LogLevel;
}

const KEYS = new Set(["main", "organisation", "publicUrl", "host", "port", "pages", "proxies", "logLevel"]);

/** Networks that no router of the internet leads to: RFC 1122 section 3.2.1.3, RFC 1918, RFC 4291 section 2.5.3, RFC 4193. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet("127.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("10.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("172.16.0.0", 12, "ipv4");
PRIVATE.addSubnet("192.168.0.0", 16, "ipv4");
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");

/**
 * @param text content of the JSON file.
 * @param environment `REDIS_URL` is read from it.
 * Throws `bad-config` with the key.
 */
export function parseFrontConfig(
  text: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): FrontConfig {
  const json = objectOf(text, KEYS);
  return {
    main: mainOf(json),
    organisation: organisationOf(json),
    redisUrl: redisUrlOf(environment["REDIS_URL"]) ?? noRedis(),
    host: textOf(json, "host", "127.0.0.1"),
    port: numberOf(json, "port", 0, 0, 65_535),
    publicUrl: endpointOf(json, "publicUrl"),
    pages: textOf(json, "pages", BUILT_PAGES),
    proxies: proxiesOf(json),
    logLevel: levelOf(json),
  };
}

/** What goes there is not encrypted and names who called, so it stays on a network of the organisation's own. */
function mainOf(json: Json): URL {
  const expected =
    "the main process's address: http, an IP address of loopback or a private network, no path";
  const value = json["main"];
  if (typeof value !== "string" || !URL.canParse(value)) throw bad("main", expected);
  const url = new URL(value);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(host);
  const own = host === "localhost" || (family !== 0 && PRIVATE.check(host, family === 4 ? "ipv4" : "ipv6"));
  if (!own || url.href !== `http://${url.host}/`) throw bad("main", expected);
  return url;
}

function organisationOf(json: Json): OrganisationId {
  try {
    return parseOrganisationId(textOf(json, "organisation"));
  } catch {
    throw bad("organisation", "the node's organisation, 0x and 64 hexadecimal digits, as the node prints it");
  }
}

function noRedis(): never {
  throw new AnamnesisError({
    code: "bad-config",
    rule: "A front finds sessions at the Redis server that it shares with its node's main process.",
    fix: "Set REDIS_URL, for the front and for the main process to the same server.",
    meta: { key: "REDIS_URL" },
  });
}
