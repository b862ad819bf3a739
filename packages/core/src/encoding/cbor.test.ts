import * as dagCbor from "@ipld/dag-cbor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { cidFromDigest, cidToCbor, CODEC_RAW } from "./cid.ts";

const link = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((digest) => cidToCbor(cidFromDigest(digest, CODEC_RAW)));
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.integer({ min: -300, max: 300 }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }),
  link,
);
const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
  fc.integer({ min: 0, max: 20 }).map(String),
);
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 30 }),
    fc.dictionary(key, tie("value"), { maxKeys: 30 }),
  ),
}));

/** The same with the library's own objects for links. */
function forLibrary(of: CborValue): unknown {
  if (Array.isArray(of)) return (of as readonly CborValue[]).map(forLibrary);
  if (typeof of !== "object" || of === null || of instanceof Uint8Array) return of;
  if ("/" in of && of["/"] === of["bytes"]) return dagCbor.decode(encodeCbor(of));
  return Object.fromEntries(Object.entries(of).map(([name, item]) => [name, forLibrary(item as CborValue)]));
}

describe("encodeCbor", () => {
  it("gives the bytes of the library, which decode to the value", () => {
    fc.assert(
      fc.property(value, (of) => {
        const bytes = encodeCbor(of);
        expect(toHex(bytes)).toBe(toHex(dagCbor.encode(forLibrary(of))));
        expect(toHex(encodeCbor(decodeCbor(bytes)))).toBe(toHex(bytes));
      }),
      { numRuns: 400 },
    );
  });

  it.each<[string, CborValue, string]>([
    ["a head of no more byte", 23, "0x17"],
    ["of one", 24, "0x1818"],
    ["of two", 256, "0x190100"],
    ["of four", 65_536, "0x1a00010000"],
    ["of eight", 2 ** 32, "0x1b0000000100000000"],
    ["the smallest integer that is safe", -Number.MAX_SAFE_INTEGER, "0x3b001ffffffffffffe"],
    ["the largest of 64 bits", 2n ** 64n - 1n, "0x1bffffffffffffffff"],
    ["a small one that came as bigint", -1n, "0x20"],
    ["zero below zero", -0, "0x00"],
    ["text of two bytes a letter", "ä", "0x62c3a4"],
    ["keys by length before letters", { b: 1, aa: 2, a: 3 }, "0xa361610361620162616102"],
    ["keys by their bytes", { "\u{1F600}": 1, "\uFFFDa": 2 }, "0xa264efbfbd610264f09f988001"],
    ["keys that JavaScript moves to the front", { ab: 1, 1: 2 }, "0xa261310262616201"],
    [
      "a map that looks like a link",
      { "/": Uint8Array.of(1), bytes: Uint8Array.of(1) },
      "0xa2612f41016562797465734101",
    ],
  ])("writes %s", (_, of, wanted) => {
    expect(toHex(encodeCbor(of))).toBe(wanted);
    expect(toHex(dagCbor.encode(of))).toBe(wanted);
  });

  it.each<[string, unknown]>([
    ["a fraction", 0.5],
    ["an integer that is not safe", 2 ** 53],
    ["no number", NaN],
    ["more than 64 bits", 2n ** 64n],
    ["nothing", undefined],
    ["nothing within", { a: [undefined] }],
    ["a function", () => 1],
  ])("refuses %s", (_, of) => {
    expect(() => encodeCbor(of as CborValue)).toThrow(
      expect.objectContaining({ code: "not-encodable" }) as Error,
    );
  });

  it("gives memory of its own", () => {
    const bytes = encodeCbor("text");
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});

describe("decodeCbor", () => {
  it.each([
    ["a longer head than needed", "0x1817"],
    ["an indefinite length", "0x9fff"],
    ["keys out of order", "0xa2616201616102"],
    ["one key twice", "0xa2616101616102"],
    ["a float", "0xfb3ff8000000000000"],
    ["an integer as a float", "0xfb3ff0000000000000"],
    ["undefined", "0xf7"],
    ["another tag", "0xc100"],
    ["bytes behind the value", "0x0000"],
    ["a length beyond its end", "0x5affffffff00"],
    ["text that is no UTF-8", "0x61ff"],
    ["nothing", "0x"],
  ] as const)("refuses %s", (_, bytes) => {
    expect(() => decodeCbor(fromHex(bytes))).toThrow(
      expect.objectContaining({ code: "not-canonical" }) as Error,
    );
  });

  it("takes of any bytes those alone that are the encoding of their value", () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat(255), (of, place, byte) => {
        const bytes = encodeCbor(of);
        const changed = bytes.with(place % bytes.length, byte);
        let decoded: CborValue;
        try {
          decoded = decodeCbor(changed);
        } catch {
          return;
        }
        expect(toHex(encodeCbor(decoded))).toBe(toHex(changed));
      }),
      { numRuns: 400 },
    );
  });
});
