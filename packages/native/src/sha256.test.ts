import fc from "fast-check";
import { sha256 as javaScript } from "@noble/hashes/sha2.js";
import { afterEach, expect, it } from "vitest";
import { sha256, useSha256 } from "@anamnesis/core/crypto/sha256";
import { nativeSha256 } from "./sha256.ts";

afterEach(() => useSha256(javaScript));

it("gives the digests of the JavaScript library, plugged into core too", () => {
  useSha256(nativeSha256);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(20), (bytes, from) => {
      const part = bytes.subarray(from);
      expect(nativeSha256(part)).toEqual(javaScript(part));
      expect(sha256(part)).toEqual(javaScript(part));
      expect(nativeSha256(part).constructor).toBe(Uint8Array);
    }),
  );
});
