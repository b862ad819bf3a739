import fc from "fast-check";
import { expect, it } from "vitest";
import type { Hex } from "../ids.ts";
import { fromHex, toHex } from "./bytes.ts";

it("reads the bytes of their text, in both cases", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromHex(toHex(bytes).toUpperCase() as Hex)).toEqual(bytes);
    }),
  );
});

it("takes what the rule names and nothing else", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^(0[xX])?[0-9a-gA-GxX]{0,6}.?$/u), (text) => {
      const right = /^0x(?:[0-9a-f]{2})*$/i.test(text);
      if (right) expect(fromHex(text as Hex)).toHaveLength(text.length / 2 - 1);
      else expect(() => fromHex(text as Hex)).toThrow(expect.objectContaining({ code: "bad-hex" }) as Error);
    }),
    { numRuns: 2000 },
  );
});
