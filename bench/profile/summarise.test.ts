import { describe, expect, it } from "vitest";
import { type CpuProfile, packageOf, summarise } from "./summarise.ts";

const ROOT = new URL("../../", import.meta.url).href;
const ENCODE = `${ROOT}packages/core/src/encoding/cbor.ts`;
const LIBRARY = `${ROOT}node_modules/cborg/lib/encode.js`;

describe("packageOf", () => {
  it.each([
    ["f", ENCODE, "packages/core"],
    ["f", `${ROOT}apps/node/src/startNode.ts`, "apps/node"],
    ["f", LIBRARY, "cborg"],
    ["f", `${ROOT}node_modules/@noble/hashes/sha2.js`, "@noble/hashes"],
    ["f", "node:fs", "node"],
    ["f", "wasm://wasm/abc", "wasm (PGlite)"],
    ["writev", "", "native"],
    ["(garbage collector)", "", "(garbage collector)"],
  ])("of %s in %s is %s", (name, url, wanted) => {
    expect(packageOf(name, url)).toBe(wanted);
  });
});

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });

/** root → encodeCbor → encode (library) → hash (native); root → idle; root → the profiler. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)", ""), children: [2, 5, 6] },
    { id: 2, callFrame: frame("encodeCbor", ENCODE), children: [3] },
    { id: 3, callFrame: frame("encode", LIBRARY), children: [4] },
    { id: 4, callFrame: frame("hash", "") },
    { id: 5, callFrame: frame("(idle)", "") },
    { id: 6, callFrame: frame("post", "node:inspector") },
  ],
  samples: [2, 3, 3, 4, 5, 6],
  timeDeltas: [1000, 2000, 1000, 4000, 90_000, 7000],
};

describe("summarise", () => {
  const summary = summarise(PROFILE);

  it("counts neither idle time nor the profiler as busy", () => {
    expect(summary.totalMs).toBe(105);
    expect(summary.busyMs).toBe(8);
  });

  it("gives native work to the package that called it", () => {
    expect(summary.packages).toEqual([
      { name: "cborg", ms: 7, percent: 87.5 },
      { name: "packages/core", ms: 1, percent: 12.5 },
    ]);
  });

  it("gives all of it to the project's file behind it", () => {
    expect(summary.callers).toEqual([{ name: "packages/core/src/encoding/cbor.ts", ms: 8, percent: 100 }]);
  });

  it("names functions with their place", () => {
    expect(summary.functions.map(({ name, ms }) => [name, ms])).toEqual([
      ["hash (for cborg)", 4],
      ["encode cborg/lib/encode.js:10", 3],
      ["encodeCbor packages/core/src/encoding/cbor.ts:10", 1],
    ]);
  });
});
