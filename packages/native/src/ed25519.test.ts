import fc from "fast-check";
import { expect, it } from "vitest";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "@anamnesis/core/crypto/ed25519";
import { nativeEd25519, nativeSigner, nativeVerify } from "./ed25519.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

it("gives the keys and signatures of the JavaScript library, each verified by the other", () => {
  fc.assert(
    fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), (seed, message) => {
      const publicKey = ed25519PublicKey(seed);
      const signature = ed25519Sign(message, seed);
      expect(nativeEd25519.publicKey(seed)).toEqual(publicKey);
      expect(nativeEd25519.sign(message, seed)).toEqual(signature);
      expect(nativeSigner(seed)(message)).toEqual(signature);
      expect(nativeVerify(message, signature, publicKey)).toBe(true);
      expect(ed25519Verify(message, nativeEd25519.sign(message, seed), publicKey)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

it("verifies nothing else", () => {
  const seed = new Uint8Array(32).fill(7);
  const message = Uint8Array.of(1, 2, 3);
  const signature = nativeEd25519.sign(message, seed);
  const publicKey = nativeEd25519.publicKey(seed);
  expect(nativeVerify(Uint8Array.of(1, 2), signature, publicKey)).toBe(false);
  expect(nativeVerify(message, signature.subarray(1), publicKey)).toBe(false);
  expect(nativeVerify(message, signature.with(0, (signature[0] as number) ^ 1), publicKey)).toBe(false);
  expect(nativeVerify(message, signature, publicKey.subarray(1))).toBe(false);
});
