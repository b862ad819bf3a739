import fc from "fast-check";
import { createHash } from "node:crypto";
import { ed25519, ED25519_TORSION_SUBGROUP } from "@noble/curves/ed25519.js";
import { afterEach, expect, it } from "vitest";
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519Verify,
  useEd25519Backend,
} from "@anamnesis/core/crypto/ed25519";
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

const { Point } = ed25519;
const { Fn } = Point;
const TORSION = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromHex(hex));
const MESSAGE = new TextEncoder().encode("a message");
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const little = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const number = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(Uint8Array.from(bytes).reverse()).toString("hex")}`);
const slow = {
  publicKey: nativeEd25519.publicKey,
  sign: nativeEd25519.sign,
  holds: () => false,
};
afterEach(() => useEd25519Backend(nativeEd25519));

/** What both ways of verifying say of one signature. */
function verdicts(signature: Uint8Array, key: Uint8Array): readonly boolean[] {
  return [slow, nativeEd25519].map((backend) => {
    useEd25519Backend(backend);
    return ed25519Verify(MESSAGE, signature, key);
  });
}

/** S = r + k·a, for whatever points stand for [r]B and [a]B. */
function forged(r: bigint, a: bigint, R: Uint8Array, A: Uint8Array): Uint8Array {
  const digest = createHash("sha512")
    .update(joined(R, A, MESSAGE))
    .digest();
  const k = Fn.create(number(digest));
  return joined(R, little(Fn.create(r + k * a)));
}

// What Ed25519 libraries are known to disagree about (Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, 2020).
it("makes no difference to what verifies: points with a part of small order", () => {
  const seen = new Set<boolean>();
  for (const a of [0n, 12_345n]) {
    for (const r of [0n, 67_890n]) {
      for (const [keyPart, noncePart] of TORSION.flatMap((one) =>
        TORSION.map((two) => [one, two] as const),
      )) {
        const A = (a === 0n ? Point.ZERO : Point.BASE.multiply(a)).add(keyPart).toBytes();
        const R = (r === 0n ? Point.ZERO : Point.BASE.multiply(r)).add(noncePart).toBytes();
        const [slowly, quickly] = verdicts(forged(r, a, R, A), A);
        expect(quickly).toBe(slowly);
        seen.add(slowly as boolean);
      }
    }
  }
  expect(seen).toEqual(new Set([true, false]));
}, 60_000);

it("makes no difference to what verifies: other encodings of one point or number", () => {
  const seed = new Uint8Array(32).fill(9);
  const key = ed25519PublicKey(seed);
  const signature = ed25519Sign(MESSAGE, seed);
  expect(verdicts(signature, key)).toEqual([true, true]);
  const S = number(signature.subarray(32));
  expect(verdicts(joined(signature.subarray(0, 32), little(S + Fn.ORDER)), key)).toEqual([false, false]);
  // y = 1 as 2^255 - 18, y = 0 as 2^255 - 19, each with either sign; and every y above the prime.
  const prime = 2n ** 255n - 19n;
  for (let y = prime; y < 2n ** 255n; y++) {
    for (const sign of [0n, 2n ** 255n]) {
      const odd = little(y + sign);
      for (const [R, A] of [
        [odd, key],
        [signature.subarray(0, 32), odd],
        [odd, odd],
      ] as const) {
        const [slowly, quickly] = verdicts(forged(0n, 0n, R, A), A);
        expect(quickly).toBe(slowly);
      }
    }
  }
});
