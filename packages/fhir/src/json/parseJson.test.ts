import { AnamnesisError } from "@anamnesis/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./parseJson.ts";
import { writeCanonicalJson, writeJson } from "./writeJson.ts";

function failure(input: string | Uint8Array): AnamnesisError {
  try {
    parseJson(input);
  } catch (error) {
    expect(error).toBeInstanceOf(AnamnesisError);
    return error as AnamnesisError;
  }
  return expect.unreachable("the text was taken");
}

describe("parseJson", () => {
  it.each(["1.00", "1.0", "0.0000000000000000000001", "-0", "1E400", "12345678901234567890.5"])(
    "keeps %s",
    (number) => {
      const text = `{"resourceType":"Observation","value":${number}}`;
      expect(writeJson(parseJson(text))).toBe(text);
    },
  );

  it("reads what JSON.parse reads, and writes it back unchanged in value", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("keeps a member called __proto__ a member", () => {
    const text = '{"__proto__":{"a":true},"b":null}';
    expect(writeJson(parseJson(text))).toBe(text);
  });

  it("takes UTF-8 with a byte order mark", () => {
    expect(parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x22, 0xc3, 0xa9, 0x22))).toBe("é");
  });

  it("keeps an unpaired surrogate", () => {
    expect(writeJson(parseJson('"\\ud800"'))).toBe('"\\ud800"');
  });

  it.each([
    ["", "end", 1, 1],
    ['{"a":\n  tru}', "syntax", 2, 3],
    ['{"a":1,}', "syntax", 1, 8],
    ["[1 2]", "syntax", 1, 4],
    ["[01]", "syntax", 1, 3],
    ['["a\u0001"]', "syntax", 1, 4],
    ['["\\x"]', "syntax", 1, 2],
    ['["a', "end", 1, 4],
    ["{} {}", "syntax", 1, 4],
    ['{"a":1,"a":2}', "repeated-name", 1, 8],
    ["[".repeat(300), "depth", 1, 202],
  ])("refuses %j", (text, reason, line, column) => {
    const error = failure(text);
    expect(error.code).toBe("not-json");
    expect(error.meta).toEqual({ reason, line, column });
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(failure(Uint8Array.of(0x22, 0xff, 0x22)).meta["reason"]).toBe("utf-8");
  });

  it("takes or refuses any text with not-json and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.json(), fc.nat(), (noise, json, at) => {
        const cut = at % (json.length + 1);
        try {
          parseJson(json.slice(0, cut) + noise + json.slice(cut));
        } catch (error) {
          expect(error).toBeInstanceOf(AnamnesisError);
          expect((error as AnamnesisError).code).toBe("not-json");
        }
      }),
    );
  });
});

describe("writeCanonicalJson", () => {
  it("is one text for all orders of names", () => {
    expect(writeCanonicalJson(parseJson('{ "b": [1.0, {"y":1,"x":2}], "a": "é" }'))).toBe(
      '{"a":"é","b":[1.0,{"x":2,"y":1}]}',
    );
  });
});
