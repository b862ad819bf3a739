import { describe, expect, it } from "vitest";
import { base64url, fromBase64url, toBase64url } from "./base64url.ts";

describe("base64url", () => {
  it("is RFC 4648 section 5 without padding, and the way back", () => {
    for (const length of [0, 1, 2, 3, 4, 31, 32, 33]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + 251) % 256);
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    }
  });

  it("takes one text for each bytes", () => {
    for (const text of ["A", "AB==", "AB", "AAB", "A+", "A/", "A A", "Zg=", "é"])
      expect(fromBase64url(text)).toBeNull();
  });

  it("holds to its length", () => {
    const two = base64url({ length: 2 });
    expect(two.fromCbor("AQI", "x")).toEqual(Uint8Array.of(1, 2));
    expect(() => two.fromCbor("AQ", "x")).toThrow(expect.objectContaining({ code: "bad-field" }));
    expect(() => two.fromCbor(5, "x")).toThrow(expect.objectContaining({ code: "bad-field" }));
    expect(() => two.toCbor(Uint8Array.of(1))).toThrow(expect.objectContaining({ code: "bad-field" }));
    expect(base64url({ max: 2 }).fromCbor("", "x")).toEqual(new Uint8Array());
    expect(() => base64url({ max: 2 }).fromCbor("AQID", "x")).toThrow(
      expect.objectContaining({ code: "bad-field" }),
    );
  });
});
