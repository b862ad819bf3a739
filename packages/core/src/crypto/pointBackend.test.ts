import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterEach, describe, expect, it } from "vitest";
import { G, GBAR } from "./generators.ts";
import { nobleBackend, pointBackend, usePointBackend } from "./pointBackend.ts";
import { publicKeyOf, scalarBytes } from "./secp256k1.ts";

const { Point } = secp256k1;
const s = scalarBytes;
/** There is no y for x = 5. */
const notOnCurve = Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 2 : i === 32 ? 5 : 0));
const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;

describe("the backend of the JS library", () => {
  afterEach(() => usePointBackend(nobleBackend));

  it("multiplies as the library does, with a table and without", () => {
    const point = publicKeyOf(s(77n));
    const expected = Point.BASE.multiply(77n * 12_345n).toBytes(true);
    expect(nobleBackend.mul(point, s(12_345n))).toEqual(expected);
    nobleBackend.precompute(point);
    expect(nobleBackend.mul(point, s(12_345n))).toEqual(expected);
    expect(nobleBackend.mulGbar(s(5n))).toEqual(Point.fromBytes(GBAR).multiply(5n).toBytes(true));
  });

  it("sums any number of terms, zero factors included, and says when the sum is the identity", () => {
    for (const count of [1, 2, 3, 4, 9]) {
      const points = Array.from({ length: count }, (_, i) => publicKeyOf(s(BigInt(i + 1))));
      const factors = points.map((_, i) => s(BigInt(i)));
      const total = points.reduce((sum, _, i) => sum + BigInt(i) * BigInt(i + 1), 0n);
      const expected = total === 0n ? null : Point.BASE.multiply(total).toBytes(true);
      expect(nobleBackend.sumUnsafe(points, factors)).toEqual(expected);
    }
    expect(nobleBackend.sumUnsafe([G, G], [s(3n), s(-3n)])).toBeNull();
    expect(nobleBackend.sumUnsafe([G, G, G, G], [s(1n), s(-1n), s(2n), s(-2n)])).toBeNull();
  });

  it("multiplies by small factors and their opposites as by any other", () => {
    const order = Point.Fn.ORDER;
    const edges = [1n, 2n, 3n, (1n << 24n) - 1n, 1n << 24n, (1n << 24n) + 1n];
    const point = publicKeyOf(s(77n));
    for (const factor of edges.flatMap((edge) => [edge, order - edge])) {
      const expected = Point.BASE.multiply((77n * factor) % order).toBytes(true);
      expect(nobleBackend.sumUnsafe([point], [s(factor)])).toEqual(expected);
    }
  });

  it("gives no sum of bytes that are no points", () => {
    for (const none of [new Uint8Array(33), notOnCurve, new Uint8Array(33).fill(0xff)]) {
      for (const points of [[none], [G, none], [G, G, G, none]]) {
        const work = (): unknown =>
          nobleBackend.sumUnsafe(
            points,
            points.map(() => s(2n)),
          );
        expect(work).toThrow();
      }
    }
  });

  it("verifies exactly what recovers to the key, with a table and without", () => {
    const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (let i = 1; i <= 12; i++) {
      const [secret, digest] = [s(BigInt(i) * 1_000_003n), s(BigInt(i) ** 40n)];
      const key = publicKeyOf(secret);
      if (i > 6) nobleBackend.precompute(key);
      const { signature, bit } = nobleBackend.sign(digest, secret);
      const high = Uint8Array.from([
        ...signature.subarray(0, 32),
        ...s(-BigInt(hexOf(signature.subarray(32)))),
      ]);
      const cases: [Uint8Array, Uint8Array, number, Uint8Array][] = [
        [digest, signature, bit, key],
        [digest, signature, 1 - bit, key],
        [digest, signature, bit, G],
        [digest, high, 1 - bit, key],
        [flipped(digest, i), signature, bit, key],
        [digest, flipped(signature, i), bit, key],
        [digest, flipped(signature, 32 + i), bit, key],
        [digest, new Uint8Array(64), bit, key],
      ];
      for (const [n, [text, signed, parity, by]] of cases.entries()) {
        const recovered = nobleBackend.recover(text, signed, parity);
        const expected = recovered !== null && hexOf(recovered) === hexOf(by);
        expect([n, expected]).toEqual([n, n === 0]);
        expect([n, nobleBackend.verify(text, signed, parity, by)]).toEqual([n, expected]);
      }
    }
  });

  it("forgets the oldest tables but never those of g and ḡ, and stays right", () => {
    const points = Array.from({ length: 20 }, (_, i) => publicKeyOf(s(BigInt(i + 100))));
    points.forEach(nobleBackend.precompute);
    for (const [i, point] of points.entries()) {
      expect(nobleBackend.mul(point, s(3n))).toEqual(publicKeyOf(s(3n * BigInt(i + 100))));
    }
  });

  it("can be replaced by one call", () => {
    const calls: string[] = [];
    usePointBackend({
      ...nobleBackend,
      name: "counting",
      mulBase: (scalar) => {
        calls.push("mulBase");
        return nobleBackend.mulBase(scalar);
      },
    });
    expect(publicKeyOf(s(1n))).toEqual(G);
    expect([pointBackend().name, ...calls]).toEqual(["counting", "mulBase"]);
  });
});
