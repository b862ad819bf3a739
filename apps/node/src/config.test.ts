import { isAnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";

const address = (digit: string): string => `0x${digit.repeat(40)}`;
const contracts = {
  consortium: address("1"),
  directory: address("2"),
  consents: address("3"),
  records: address("4"),
  receipts: address("5"),
  relay: address("6"),
};
const ledger = { rpcUrl: "http://127.0.0.1:8545", chainId: 31_337, contracts };
const least = { dataDir: "/srv/node", ledger };

/** Code, key and message of the refusal; fails when the configuration is taken. */
function refusal(value: unknown): { code: string; key: unknown; message: string } {
  try {
    parseConfig(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    if (isAnamnesisError(error)) return { code: error.code, key: error.meta["key"], message: error.message };
    throw error;
  }
  return expect.unreachable("the configuration was taken");
}

describe("parseConfig", () => {
  it("fills in the defaults", () => {
    expect(parseConfig(JSON.stringify(least))).toEqual({
      dataDir: "/srv/node",
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      ledger: {
        rpcUrl: ledger.rpcUrl,
        relay: contracts.relay,
        firstBlock: 0,
        identity: {
          chainId: 31_337,
          contracts: {
            consortium: contracts.consortium,
            directory: contracts.directory,
            consents: contracts.consents,
            records: contracts.records,
            receipts: contracts.receipts,
          },
        },
      },
      settings: { anchorInterval: 10_000, ledgerPoll: 1000, staleAfter: 120, admins: [] },
      logLevel: "info",
    });
  });

  it("takes every key", () => {
    const config = parseConfig(
      JSON.stringify({
        ...least,
        host: "0.0.0.0",
        port: 8080,
        publicUrl: "https://node.example/exchange/",
        ledger: { ...ledger, firstBlock: 7 },
        anchorIntervalMs: 1000,
        ledgerPollMs: 50,
        staleAfterSeconds: 5,
        admins: [`0x${"ab".repeat(32)}`],
        logLevel: "silent",
      }),
    );
    expect(config).toMatchObject({
      host: "0.0.0.0",
      port: 8080,
      publicUrl: "https://node.example/exchange",
      ledger: { firstBlock: 7 },
      settings: { anchorInterval: 1000, ledgerPoll: 50, staleAfter: 5, admins: [`0x${"ab".repeat(32)}`] },
      logLevel: "silent",
    });
  });

  it.each<[string, string, unknown]>([
    ["no JSON", "file", "{"],
    ["a list", "file", []],
    ["an unknown key", "file", { ...least, prot: 1 }],
    ["no data folder", "dataDir", { ledger }],
    ["an empty data folder", "dataDir", { ...least, dataDir: "" }],
    ["a host that is no text", "host", { ...least, host: 1 }],
    ["a port above the greatest", "port", { ...least, port: 65_536 }],
    ["a port that is no whole number", "port", { ...least, port: 1.5 }],
    ["a port as text", "port", { ...least, port: "80" }],
    ["an address of another scheme", "publicUrl", { ...least, publicUrl: "ftp://node.example" }],
    ["an address with a query", "publicUrl", { ...least, publicUrl: "http://node.example/?a=1" }],
    ["an address with a fragment", "publicUrl", { ...least, publicUrl: "http://node.example/#a" }],
    ["an address that is too long", "publicUrl", { ...least, publicUrl: `http://n/${"a".repeat(248)}` }],
    ["an address beyond ASCII", "publicUrl", { ...least, publicUrl: "http://n/ä" }],
    ["no ledger", "ledger", { dataDir: "/srv/node" }],
    ["another engine", "ledger", { ...least, ledger: { ...ledger, engine: "fabric" } }],
    ["no address of the ledger", "rpcUrl", { ...least, ledger: { chainId: 1, contracts } }],
    ["no chain", "chainId", { ...least, ledger: { rpcUrl: ledger.rpcUrl, contracts } }],
    ["a negative first block", "firstBlock", { ...least, ledger: { ...ledger, firstBlock: -1 } }],
    ["no contracts", "ledger.contracts", { ...least, ledger: { ...ledger, contracts: null } }],
    [
      "an unknown contract",
      "ledger.contracts",
      { ...least, ledger: { ...ledger, contracts: { ...contracts, x: address("7") } } },
    ],
    [
      "a contract that is no address",
      "ledger.contracts.relay",
      { ...least, ledger: { ...ledger, contracts: { ...contracts, relay: "0x1" } } },
    ],
    ["an interval below the least", "anchorIntervalMs", { ...least, anchorIntervalMs: 99 }],
    ["a poll above the greatest", "ledgerPollMs", { ...least, ledgerPollMs: 60_001 }],
    ["a staleness below the least", "staleAfterSeconds", { ...least, staleAfterSeconds: 4 }],
    ["an administrator that is no key", "admins", { ...least, admins: ["0x1"] }],
    ["administrators that are no list", "admins", { ...least, admins: "0x1" }],
    ["an unknown log level", "logLevel", { ...least, logLevel: "debug" }],
  ])("refuses %s", (_, key, value) => {
    expect(refusal(value)).toMatchObject({ code: "bad-config", key });
  });

  it("refuses credentials in the address that everyone reads on the ledger, and does not repeat them", () => {
    for (const publicUrl of ["http://canary:secret@node.example", "http://canary@node.example"]) {
      const { code, key, message } = refusal({ ...least, publicUrl });
      expect({ code, key }).toEqual({ code: "bad-config", key: "publicUrl" });
      expect(message).not.toMatch(/canary|secret/);
    }
  });

  it("takes an address of the greatest length", () => {
    const publicUrl = `http://n/${"a".repeat(247)}`;
    expect(parseConfig(JSON.stringify({ ...least, publicUrl })).publicUrl).toBe(publicUrl);
  });
});
