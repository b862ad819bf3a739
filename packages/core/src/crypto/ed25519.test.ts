import fc from "fast-check";
import { expect, it } from "vitest";
import { fromHex } from "../encoding/bytes.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";

// RFC 8032 section 7.1, test 2.
const SECRET = fromHex("0x4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
const PUBLIC = fromHex("0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const MESSAGE = Uint8Array.of(0x72);
const SIGNATURE = fromHex(
  "0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
);

it("gives the published key and signature", () => {
  expect(ed25519PublicKey(SECRET)).toEqual(PUBLIC);
  expect(ed25519Sign(MESSAGE, SECRET)).toEqual(SIGNATURE);
  expect(ed25519Verify(MESSAGE, SIGNATURE, PUBLIC)).toBe(true);
});

it("refuses any one-bit change and any malformed argument", () => {
  fc.assert(
    fc.property(fc.nat(511), (bit) => {
      const changed = SIGNATURE.with(bit >> 3, (SIGNATURE[bit >> 3] as number) ^ (1 << (bit & 7)));
      expect(ed25519Verify(MESSAGE, changed, PUBLIC)).toBe(false);
    }),
    { numRuns: 30 },
  );
  expect(ed25519Verify(Uint8Array.of(0x73), SIGNATURE, PUBLIC)).toBe(false);
  expect(ed25519Verify(MESSAGE, SIGNATURE.slice(1), PUBLIC)).toBe(false);
  expect(ed25519Verify(MESSAGE, SIGNATURE, new Uint8Array(31))).toBe(false);
});

it("refuses a key of small order, under which one signature verifies for many messages", () => {
  const identity = new Uint8Array(32).fill(1, 0, 1);
  const signature = new Uint8Array(64).fill(1, 0, 1);
  expect(ed25519Verify(MESSAGE, signature, identity)).toBe(false);
});

it("refuses a secret of another length", () => {
  expect(() => ed25519Sign(MESSAGE, new Uint8Array(64))).toThrow(
    expect.objectContaining({ code: "bad-length" }),
  );
  expect(() => ed25519PublicKey(new Uint8Array(31))).toThrow(expect.objectContaining({ code: "bad-length" }));
});
