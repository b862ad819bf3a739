import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sniffType } from "./sniffType.ts";
import { tidyFileName } from "./upload.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("sniffType", () => {
  it.each([
    [bytes("%PDF-1.7\n"), "application/pdf", false],
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1), "image/png", false],
    [Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), "image/jpeg", false],
    [bytes("Blood pressure 120 < 140"), "text/plain", false],
    [
      bytes('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
      "image/svg+xml",
      true,
    ],
    [bytes("  <!DOCTYPE html><script>alert(1)</script>"), "text/html", true],
    [bytes("hello <ScRiPt>alert(1)</ScRiPt>"), "text/html", true],
    [Uint8Array.of(0xff, 0xfe, 0x3c, 0, 0x73, 0, 0x76, 0, 0x67, 0, 0x3e, 0), "image/svg+xml", true],
    [Uint8Array.of(0, 1, 2, 3), "application/octet-stream", false],
    [new Uint8Array(0), "text/plain", false],
  ])("%#: %s", (given, type, active) => {
    expect(sniffType(given)).toEqual({ type, active });
  });

  it("never throws, and never says of markup that it is harmless", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40 }), (any, before) => {
        expect(typeof sniffType(any).type).toBe("string");
        const clean = before.replace(/[^\x20-\x7e]/g, "").replace(/^(%PDF-|GIF8|PK)/, "");
        expect(sniffType(bytes(`${clean}<script>`)).active).toBe(true);
      }),
    );
  });
});

it("keeps of a file's name what a person reads", () => {
  expect(tidyFileName("C:\\scans\\..\\letter.pdf")).toBe("letter.pdf");
  expect(tidyFileName("letter\u202egpj.exe")).toBe("lettergpj.exe");
  expect(tidyFileName("/")).toBe("file");
});
