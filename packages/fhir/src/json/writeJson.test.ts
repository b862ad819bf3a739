import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./parseJson.ts";
import { writeCanonicalJson, writeJson, writeJsonPieces } from "./writeJson.ts";

describe("writeJsonPieces", () => {
  it("gives in pieces what is written at once", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary", maxDepth: 5 }), (text) => {
        const value = parseJson(text);
        expect([...writeJsonPieces(value)].join("")).toBe(writeJson(value));
        expect([...writeJsonPieces(value, "canonical")].join("")).toBe(writeCanonicalJson(value));
      }),
    );
  });

  it("cuts long strings, and never inside a character", () => {
    for (const filler of ["a", "aa", "\u{1f600}", "a\u{1f600}", '\\"', "\u0001"]) {
      const value = { resourceType: "Binary", data: filler.repeat(200_000), contentType: "x" };
      const pieces = [...writeJsonPieces(value)];
      expect(pieces.length).toBeGreaterThan(2);
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(600_000);
      expect(pieces.join("")).toBe(writeJson(value));
    }
  });
});
