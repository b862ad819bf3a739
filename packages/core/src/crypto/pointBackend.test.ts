import { secp256k1 } from "@noble/curves/secp256k1.js";
import { afterEach, describe, expect, it } from "vitest";
import { G, GBAR } from "./generators.ts";
import { nobleBackend, pointBackend, usePointBackend } from "./pointBackend.ts";
import { publicKeyOf, scalarBytes } from "./secp256k1.ts";

const { Point } = secp256k1;
const s = scalarBytes;

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
