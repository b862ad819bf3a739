import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nobleBackend, type PointBackend } from "@anamnesis/core/crypto/pointBackend";
import { scalarBytes } from "@anamnesis/core/crypto/secp256k1";
import { loadLibsecp256k1 } from "./libsecp256k1.ts";

const native = loadLibsecp256k1();
if (native === null) console.warn("SKIPPED: no prebuilt libsecp256k1 for this platform");

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const scalar = fc
  .oneof(fc.bigInt(1n, ORDER - 1n), fc.constantFrom(1n, 2n, ORDER - 1n, ORDER - 2n))
  .map((value) => scalarBytes(value));
const anyScalar = fc.oneof(scalar, fc.constant(new Uint8Array(32)));
const point = scalar.map((value) => nobleBackend.mulBase(value));
const runs = { numRuns: 60 };
/** There is no y for x = 5. */
const notOnCurve = Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 2 : i === 32 ? 5 : 0));

describe.skipIf(native === null)("libsecp256k1 and the JavaScript library give the same", () => {
  const both = (work: (backend: PointBackend) => unknown): void => {
    expect(work(native as PointBackend)).toEqual(work(nobleBackend));
  };

  it("products", () => {
    fc.assert(
      fc.property(point, scalar, (P, k) => {
        both((backend) => [backend.mulBase(k), backend.mulGbar(k), backend.mul(P, k)]);
      }),
      runs,
    );
  });

  it("sums, the identity and zero factors included", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(point, anyScalar), { minLength: 1, maxLength: 6 }), (terms) => {
        const points = terms.map(([P]) => P);
        const scalars = terms.map(([, k]) => k);
        both((backend) => backend.sumUnsafe(points, scalars));
      }),
      runs,
    );
    const one = nobleBackend.mulBase(scalarBytes(1n));
    fc.assert(
      fc.property(point, anyScalar, anyScalar, (P, a, b) => {
        both((backend) => backend.sumUnsafe([one, P], [a, b]));
      }),
      runs,
    );
    both((backend) => backend.sumUnsafe([one, one], [scalarBytes(5n), scalarBytes(ORDER - 5n)]));
    both((backend) => backend.sumUnsafe([one], [new Uint8Array(32)]));
  });

  it("no sum of what is no point", () => {
    for (const none of [new Uint8Array(33), notOnCurve, new Uint8Array(33).fill(0xff)]) {
      const sum = (native as PointBackend).sumUnsafe(
        [nobleBackend.mulBase(scalarBytes(3n)), none],
        [scalarBytes(2n), scalarBytes(5n)],
      );
      expect(sum).toBeNull();
    }
  });

  it("points and what is none", () => {
    fc.assert(
      fc.property(fc.oneof(point, fc.uint8Array({ minLength: 33, maxLength: 33 })), (bytes) => {
        both((backend) => backend.isPoint(bytes));
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(point, (P) => {
        both((backend) => backend.uncompress(P));
      }),
      runs,
    );
  });

  it("signatures and signers, refusing a high s and any damage alike", () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(digest, scalar, fc.nat({ max: 511 }), (message, secret, at) => {
        both((backend) => backend.sign(message, secret));
        const { signature, bit } = nobleBackend.sign(message, secret);
        both((backend) => backend.recover(message, signature, bit));
        both((backend) => backend.recover(message, signature, 1 - bit));
        const key = nobleBackend.mulBase(secret);
        for (const parity of [bit, 1 - bit])
          both((backend) => backend.verify(message, signature, parity, key));
        const damaged = signature.slice();
        damaged[at >> 3] = (damaged[at >> 3] as number) ^ (1 << (at & 7));
        both((backend) => backend.recover(message, damaged, bit));
        both((backend) => backend.verify(message, damaged, bit, key));
      }),
      runs,
    );
  });
});
