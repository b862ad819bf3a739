import { describe, expect, it } from "vitest";
import { BENCHES, parseOptions } from "./options.ts";

describe("the bench's options", () => {
  it("choose everything but what grows, with both curves, by default", () => {
    const options = parseOptions([]);
    expect(options?.chosen).toEqual(BENCHES.filter((name) => !name.includes("growth")));
    expect(options?.settings).toEqual({
      records: 300,
      releases: 100,
      revocations: 15,
      time: 500,
      curves: ["libsecp256k1", "noble"],
      profile: null,
      patients: null,
      largest: 10_000,
    });
    expect(options?.json).toBeNull();
  });

  it("take names in the order of play and sizes", () => {
    const options = parseOptions([
      "open",
      "ingest",
      "--records",
      "500",
      "--curve",
      "noble",
      "--json",
      "f.json",
    ]);
    expect(options?.chosen).toEqual(["ingest", "open"]);
    expect(options?.settings).toMatchObject({ records: 500, curves: ["noble"] });
    expect(options?.json).toBe("f.json");
  });

  it("profile ingest and open with one curve, into a folder that may be named", () => {
    expect(parseOptions(["--profile"])).toMatchObject({
      chosen: ["ingest", "open"],
      settings: { profile: "bench-profile", curves: ["libsecp256k1"] },
    });
    expect(parseOptions(["release", "--profile=here"])).toMatchObject({
      chosen: ["release"],
      settings: { profile: "here" },
    });
  });

  it("ask for the help, and for the largest growth", () => {
    expect(parseOptions(["--help"])).toBeNull();
    expect(parseOptions(["growth", "--largest", "100000"])?.settings.largest).toBe(100_000);
    expect(parseOptions(["fhir-growth", "--patients", "2000"])).toMatchObject({
      chosen: ["fhir-growth"],
      settings: { patients: 2000 },
    });
  });

  it.each([
    ["bench", ["nonsense"]],
    ["option", ["--nonsense"]],
    ["records", ["--records", "0"]],
    ["records", ["--records", "1000000"]],
    ["time", ["--time", "1.5"]],
    ["patients", ["--patients", "many"]],
    ["curve", ["--curve", "p256"]],
  ])("refuse a wrong %s", (argument, args) => {
    expect(() => parseOptions(args)).toThrow(
      expect.objectContaining({ code: "bad-argument", meta: { argument } }),
    );
  });
});
