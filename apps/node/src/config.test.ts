import { type AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "./fhir/policy/basePolicy.ts";
import { parseConfig } from "./config.ts";
import { BUILT_PAGES } from "./portal/pages/readPages.ts";

const contract = (digit: string): string => `0x${digit.repeat(40)}`;

const VALID = {
  dataDir: "/var/lib/anamnesis",
  ledger: {
    rpcUrl: "http://127.0.0.1:8545/",
    chainId: 31_337,
    contracts: {
      relay: contract("A"),
      consortium: contract("1"),
      directory: contract("2"),
      consents: contract("3"),
      records: contract("4"),
      receipts: contract("5"),
      owners: contract("6"),
    },
  },
};

const parse = (changes: object): unknown => parseConfig(JSON.stringify({ ...VALID, ...changes }));
const ledger = (changes: object): object => ({ ledger: { ...VALID.ledger, ...changes } });
const contracts = (changes: object): object =>
  ledger({ contracts: { ...VALID.ledger.contracts, ...changes } });

function refusal(text: string): AnamnesisError {
  try {
    parseConfig(text);
  } catch (error) {
    if (isAnamnesisError(error)) return error;
  }
  return expect.unreachable(text);
}

const OIDC = {
  issuer: "https://login.hospital.example/realms/staff",
  clientId: "anamnesis",
  clientSecretFile: "/run/secret",
};
const BAD_LOGINS: readonly (readonly [key: string, oidc: unknown])[] = [
  ["portal.oidc", true],
  ["portal.oidc", { ...OIDC, clientKeyFile: "/run/key" }],
  ["portal.oidc", { ...OIDC, clientSecretFile: undefined }],
  ["portal.oidc", { ...OIDC, clientSecret: "in the file" }],
  ["portal.oidc.issuer", { ...OIDC, issuer: "http://login.hospital.example" }],
  ["portal.oidc.issuer", { ...OIDC, issuer: "https://login.hospital.example?a=b" }],
  ["portal.oidc.issuer", { ...OIDC, issuer: "https://user:secret@login.hospital.example" }],
  ["portal.oidc.issuer", { ...OIDC, issuer: undefined }],
  ["portal.oidc.clientId", { ...OIDC, clientId: "" }],
  ["portal.oidc.clientSecretFile", { ...OIDC, clientSecretFile: "" }],
  ["portal.oidc.scopes", { ...OIDC, scopes: ["two words"] }],
  ["portal.oidc.maxAgeSeconds", { ...OIDC, maxAgeSeconds: -1 }],
  ["portal.oidc.allowed", { ...OIDC, allowed: { claim: "groups", value: "a" } }],
  ["portal.oidc.allowed.claim", { ...OIDC, allowed: { claim: [], values: ["a"] } }],
  ["portal.oidc.allowed.values", { ...OIDC, allowed: { claim: "groups", values: [] } }],
];

describe("parseConfig", () => {
  it("fills in what is not named", () => {
    expect(parse({})).toEqual({
      dataDir: "/var/lib/anamnesis",
      mode: "production",
      databaseUrl: null,
      redisUrl: null,
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      ledger: {
        rpcUrl: "http://127.0.0.1:8545",
        relay: contract("a"),
        firstBlock: 0,
        identity: {
          chainId: 31_337,
          contracts: {
            consortium: contract("1"),
            directory: contract("2"),
            consents: contract("3"),
            records: contract("4"),
            receipts: contract("5"),
            owners: contract("6"),
          },
        },
      },
      settings: {
        anchorInterval: 10_000,
        ledgerPoll: 1000,
        staleAfter: 120,
        releasesPerMinute: 240,
        witnesses: 1,
        admins: [],
      },
      fhir: { roles: DEFAULT_POLICY, clients: [], packages: [] },
      portal: { pages: BUILT_PAGES, origins: [], demo: null, oidc: null },
      proxies: [],
      logLevel: "info",
    });
  });

  it("takes what is named", () => {
    const admins = [`0x${"ab".repeat(32)}`];
    expect(
      parse({
        host: "0.0.0.0",
        port: 443,
        publicUrl: "https://node.hospital.example/",
        anchorIntervalMs: 100,
        ledgerPollMs: 50,
        staleAfterSeconds: 5,
        witnesses: 2,
        admins,
        logLevel: "silent",
        portal: { oidc: { ...OIDC, scopes: ["groups"], allowed: { claim: "groups", values: ["staff"] } } },
      }),
    ).toMatchObject({
      portal: {
        oidc: {
          issuer: OIDC.issuer,
          clientId: "anamnesis",
          client: { kind: "secret", file: "/run/secret" },
          scopes: ["groups"],
          maxAge: null,
          allowed: { claim: ["groups"], values: ["staff"] },
        },
      },
      host: "0.0.0.0",
      port: 443,
      publicUrl: "https://node.hospital.example",
      settings: { anchorInterval: 100, ledgerPoll: 50, staleAfter: 5, witnesses: 2, admins },
      logLevel: "silent",
    });
  });

  it.each<[key: string, changes: object]>([
    ["file", { dataDirectory: "/tmp" }],
    ["dataDir", { dataDir: "" }],
    ["dataDir", { dataDir: 1 }],
    ["dataDir", { dataDir: undefined }],
    ["host", { host: "" }],
    ["portal", { portal: true }],
    ["portal", { portal: { origin: [] } }],
    ["pages", { portal: { pages: "" } }],
    ["portal.origins", { portal: { origins: "https://portal.example" } }],
    ["portal.origins", { portal: { origins: ["https://portal.example/path"] } }],
    ["portal.demo", { portal: { demo: "" } }],
    // Whoever could reach it would be anyone of the demo.
    ["portal.demo", { host: "0.0.0.0", portal: { demo: "/tmp/people.json" } }],
    ["portal.demo", { host: "::", portal: { demo: "/tmp/people.json" } }],
    ["portal.demo", { publicUrl: "https://node.example", portal: { demo: "/tmp/people.json" } }],
    ...BAD_LOGINS.map(([key, oidc]): [string, object] => [key, { portal: { oidc } }]),
    ["proxies", { proxies: ["proxy.example"] }],
    ["proxies", { proxies: true }],
    ["port", { port: -1 }],
    ["port", { port: 65_536 }],
    ["port", { port: 1.5 }],
    ["port", { port: "80" }],
    ["publicUrl", { publicUrl: "node.hospital.example" }],
    ["publicUrl", { publicUrl: "ftp://node.hospital.example" }],
    ["publicUrl", { publicUrl: "https://user:secret@node.hospital.example" }],
    ["publicUrl", { publicUrl: `https://node.example/${"a".repeat(256)}` }],
    ["anchorIntervalMs", { anchorIntervalMs: 99 }],
    ["anchorIntervalMs", { anchorIntervalMs: 3_600_001 }],
    ["ledgerPollMs", { ledgerPollMs: 49 }],
    ["witnesses", { witnesses: -1 }],
    ["witnesses", { witnesses: 256 }],
    ["staleAfterSeconds", { staleAfterSeconds: 4 }],
    ["staleAfterSeconds", { staleAfterSeconds: 3601 }],
    ["admins", { admins: "0x" }],
    ["admins", { admins: [`0x${"AB".repeat(32)}`] }],
    ["admins", { admins: [1] }],
    ["fhir", { fhir: [] }],
    ["fhir", { fhir: { users: [] } }],
    ["fhir.clients", { fhir: { clients: {} } }],
    ["logLevel", { logLevel: "debug" }],
    ["ledger", { ledger: null }],
    ["ledger", ledger({ url: "http://127.0.0.1" })],
    ["rpcUrl", ledger({ rpcUrl: "127.0.0.1:8545" })],
    ["chainId", ledger({ chainId: 0 })],
    ["chainId", ledger({ chainId: undefined })],
    ["firstBlock", ledger({ firstBlock: -1 })],
    ["ledger.contracts", ledger({ contracts: [] })],
    ["ledger.contracts", contracts({ elsewhere: contract("6") })],
    ...(["relay", "consortium", "directory", "consents", "records", "receipts", "owners"] as const).map(
      (name): [string, object] => [`ledger.contracts.${name}`, contracts({ [name]: "0x1234" })],
    ),
  ])("names %s when it is %j", (key, changes) => {
    const error = refusal(JSON.stringify({ ...VALID, ...changes }));
    expect(error).toMatchObject({ code: "bad-config", meta: { key } });
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain("secret");
  });

  it.each(["", "{", "[]", "null", '"text"'])("refuses the file %j", (text) => {
    expect(refusal(text)).toMatchObject({ code: "bad-config", meta: { key: "file" } });
  });

  it("takes the Redis server's URL from the environment, and shows nothing of one that it refuses", () => {
    const text = JSON.stringify(VALID);
    const url = "rediss://user:secret@127.0.0.1:6380";
    expect(parseConfig(text, { REDIS_URL: url }).redisUrl).toBe(url);
    expect(parseConfig(text, { REDIS_URL: "" }).redisUrl).toBeNull();
    for (const wrong of ["user:secret", "http://user:secret@127.0.0.1"]) {
      const parsing = (): unknown => parseConfig(text, { REDIS_URL: wrong });
      expect(parsing).toThrow(expect.objectContaining({ code: "bad-config", meta: { key: "REDIS_URL" } }));
      expect(parsing).not.toThrow(/secret/);
    }
  });

  it("takes the database's URL from the environment, and shows nothing of one that it refuses", () => {
    const url = "postgresql://user:secret@127.0.0.1:5432/anamnesis?sslmode=verify-full";
    const text = JSON.stringify(VALID);
    expect(parseConfig(text, { DATABASE_URL: url }).databaseUrl).toBe(url);
    expect(parseConfig(text, { DATABASE_URL: "" }).databaseUrl).toBeNull();
    for (const wrong of [
      "user:secret",
      "http://user:secret@127.0.0.1/x",
      "postgresql://user:secret@127.0.0.1",
    ]) {
      const parsing = (): unknown => parseConfig(text, { DATABASE_URL: wrong });
      expect(parsing).toThrow(expect.objectContaining({ code: "bad-config", meta: { key: "DATABASE_URL" } }));
      expect(parsing).not.toThrow(/secret/);
    }
  });

  it("knows two modes", () => {
    expect(parse({ mode: "development" })).toMatchObject({ mode: "development" });
    expect(refusal(JSON.stringify({ ...VALID, mode: "test" }))).toMatchObject({
      code: "bad-config",
      meta: { key: "mode" },
    });
  });
});
