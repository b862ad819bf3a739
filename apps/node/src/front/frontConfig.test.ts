import { type AnamnesisError, isAnamnesisError } from "@anamnesis/core/errors";
import { describe, expect, it } from "vitest";
import { BUILT_PAGES } from "../portal/pages/readPages.ts";
import { parseFrontConfig } from "./frontConfig.ts";

const VALID = {
  main: "http://127.0.0.1:4101",
  organisation: `0x${"ab".repeat(32)}`,
  publicUrl: "https://north.example",
};
const REDIS = { REDIS_URL: "redis://:secret@127.0.0.1:6379" };

function refusal(changes: object, environment: Record<string, string> = REDIS): AnamnesisError {
  try {
    parseFrontConfig(JSON.stringify({ ...VALID, ...changes }), environment);
  } catch (error) {
    if (isAnamnesisError(error)) return error;
  }
  return expect.unreachable("it was taken");
}

describe("a front's configuration", () => {
  it("needs the main process, the organisation, the public address and the Redis server, and no more", () => {
    expect(parseFrontConfig(JSON.stringify(VALID), REDIS)).toEqual({
      main: new URL(VALID.main),
      organisation: VALID.organisation,
      redisUrl: REDIS.REDIS_URL,
      host: "127.0.0.1",
      port: 0,
      publicUrl: VALID.publicUrl,
      pages: BUILT_PAGES,
      proxies: [],
      logLevel: "info",
    });
  });

  it.each([
    "http://localhost:1",
    "http://10.1.2.3:80",
    "http://192.168.0.9:4101/",
    "http://[::1]:4101",
    "http://[fd00::7]:1",
  ])("takes the main process at %s", (main) => {
    expect(parseFrontConfig(JSON.stringify({ ...VALID, main }), REDIS).main.href).toBe(new URL(main).href);
  });

  it.each([
    ["main", { main: undefined }],
    ["main", { main: "secret" }],
    ["main", { main: "https://127.0.0.1:4101" }],
    ["main", { main: "http://node.example:4101" }],
    ["main", { main: "http://203.0.113.5:4101" }],
    ["main", { main: "http://172.32.0.1:4101" }],
    ["main", { main: "http://[2001:db8::1]:4101" }],
    ["main", { main: "http://user:secret@127.0.0.1:4101" }],
    ["main", { main: "http://127.0.0.1:4101/secret" }],
    ["main", { main: "http://127.0.0.1:4101/?secret" }],
    ["organisation", { organisation: undefined }],
    ["organisation", { organisation: "0xsecret" }],
    ["publicUrl", { publicUrl: undefined }],
    ["publicUrl", { publicUrl: "https://user:secret@north.example" }],
    ["proxies", { proxies: ["proxy.example"] }],
    ["file", { databaseUrl: "secret" }],
  ])("names %s when it is %j", (key, changes) => {
    const error = refusal(changes);
    expect(error).toMatchObject({ code: "bad-config", meta: { key } });
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain("secret");
  });

  it("refuses to do without the Redis server", () => {
    expect(refusal({}, {})).toMatchObject({ code: "bad-config", meta: { key: "REDIS_URL" } });
    expect(refusal({}, { REDIS_URL: "" })).toMatchObject({ code: "bad-config", meta: { key: "REDIS_URL" } });
  });
});
