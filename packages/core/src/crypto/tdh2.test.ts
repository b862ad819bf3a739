import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../encoding/bytes.ts";
import { combine } from "./combine.ts";
import { releaseShares, verifyShares } from "./dleq.ts";
import { G, GBAR } from "./generators.ts";
import { type CustodianAnswer, openWithShares } from "./openWithShares.ts";
import { pointBackend } from "./pointBackend.ts";
import { publicKeyOf, scalarBytes, scalarOf } from "./secp256k1.ts";
import { encapsulate, freshScalar, proveLabel, verifyLabel } from "./tdh2.ts";

const random = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length));
const code = (value: string): unknown => expect.objectContaining({ code: value });
const flipped = (bytes: Uint8Array, bit: number) =>
  bytes.with(bit >> 3, (bytes[bit >> 3] as number) ^ (1 << (bit & 7)));

interface Committee {
  readonly key: Uint8Array;
  readonly shares: readonly { index: number; share: Uint8Array; verificationShare: Uint8Array }[];
}

/** Shamir shares of a secret that only a test ever sees whole. */
function committee(threshold: number, n: number): Committee {
  const coefficients = Array.from({ length: threshold }, () => scalarOf(freshScalar(random)));
  const shares = Array.from({ length: n }, (_, i) => {
    const share = scalarBytes(coefficients.reduce((sum, a, k) => sum + a * BigInt(i + 1) ** BigInt(k), 0n));
    return { index: i + 1, share, verificationShare: publicKeyOf(share) };
  });
  return { key: publicKeyOf(scalarBytes(coefficients[0] as bigint)), shares };
}

const LABEL = new Uint8Array(32).fill(3);
const CONTEXT = new Uint8Array(32).fill(9);
const two = committee(2, 3);

function ciphertext(label = LABEL) {
  const made = encapsulate({ committeeKey: two.key, random });
  const proof = proveLabel({ ...made, committeeKey: two.key, label, random });
  return { ...made, committeeKey: two.key, label, proof };
}

function answersTo(points: readonly Uint8Array[], context = CONTEXT, from = two): CustodianAnswer[] {
  return from.shares.map(({ index, share, verificationShare }) => ({
    index,
    verificationShare,
    ...releaseShares({ share, verificationShare, points, context, random }),
  }));
}

describe("label proof", () => {
  const made = ciphertext();

  it("verifies for its own label only", () => {
    expect(verifyLabel(made)).toBe(true);
    expect(verifyLabel({ ...made, label: new Uint8Array(32) })).toBe(false);
    expect(verifyLabel({ ...made, committeeKey: committee(2, 2).key })).toBe(false);
    expect(verifyLabel({ ...made, U: ciphertext().U })).toBe(false);
    expect(verifyLabel({ ...made, Ubar: pointBackend().mulBase(made.r) })).toBe(false);
  });

  it("does not let another's U be put under a new label", () => {
    // The thief knows U and Ū but not r: proving with an r of its own does not verify.
    const label = new Uint8Array(32).fill(4);
    const proof = proveLabel({ ...made, r: freshScalar(random), label, random });
    expect(verifyLabel({ ...made, label, proof })).toBe(false);
  });

  it("refuses any one-bit change of U, Ū, label, proof", () => {
    const all = concatBytes(made.U, made.Ubar, made.label, made.proof);
    fc.assert(
      fc.property(fc.nat(all.length * 8 - 1), (bit) => {
        const bytes = flipped(all, bit);
        const [U, Ubar] = [bytes.slice(0, 33), bytes.slice(33, 66)];
        const parts = { U, Ubar, committeeKey: two.key, label: bytes.slice(66, 98), proof: bytes.slice(98) };
        expect(verifyLabel(parts)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("refuses malformed input with its code, or false", () => {
    expect(() => encapsulate({ committeeKey: new Uint8Array(33), random })).toThrow(code("bad-point"));
    expect(() => proveLabel({ ...made, label: new Uint8Array(31), random })).toThrow(code("bad-length"));
    expect(() => proveLabel({ ...made, r: new Uint8Array(32), random })).toThrow(code("bad-scalar"));
    expect(verifyLabel({ ...made, proof: made.proof.slice(1) })).toBe(false);
    expect(verifyLabel({ ...made, proof: new Uint8Array(64) })).toBe(false);
    expect(verifyLabel({ ...made, U: new Uint8Array(33) })).toBe(false);
    expect(G).not.toEqual(GBAR);
  });
});

describe("release of shares", () => {
  const points = [ciphertext().U, ciphertext().U, ciphertext().U];
  const [answer] = answersTo(points) as [CustodianAnswer];
  const parts = { ...answer, points, context: CONTEXT };

  it("verifies, for this request only", () => {
    expect(verifyShares(parts)).toBe(true);
    expect(verifyShares({ ...parts, context: LABEL })).toBe(false);
    expect(
      verifyShares({ ...parts, verificationShare: two.shares[1]?.verificationShare as Uint8Array }),
    ).toBe(false);
    expect(verifyShares({ ...parts, points: [...points].reverse() })).toBe(false);
    expect(verifyShares({ ...parts, shares: [...parts.shares].reverse() })).toBe(false);
    expect(verifyShares({ ...parts, points: points.slice(1), shares: parts.shares.slice(1) })).toBe(false);
    expect(verifyShares({ ...parts, points: [], shares: [] })).toBe(false);
  });

  it("refuses any one-bit change of share and proof", () => {
    const all = concatBytes(...parts.shares, parts.proof);
    fc.assert(
      fc.property(fc.nat(all.length * 8 - 1), (bit) => {
        const bytes = flipped(all, bit);
        const shares = [0, 1, 2].map((i) => bytes.slice(33 * i, 33 * i + 33));
        expect(verifyShares({ ...parts, shares, proof: bytes.slice(99) })).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses errors that cancel each other in the sum", () => {
    const shift = publicKeyOf(scalarBytes(5n));
    const minus = publicKeyOf(scalarBytes(-5n));
    const add = (a: Uint8Array, b: Uint8Array) =>
      pointBackend().sumUnsafe([a, b], [scalarBytes(1n), scalarBytes(1n)]) as Uint8Array;
    const [first, second, third] = parts.shares as [Uint8Array, Uint8Array, Uint8Array];
    expect(verifyShares({ ...parts, shares: [add(first, shift), add(second, minus), third] })).toBe(false);
  });

  it("refuses malformed input with its code", () => {
    const release = { share: two.shares[0]?.share as Uint8Array, ...parts, random };
    expect(() => releaseShares({ ...release, points: [] })).toThrow(code("bad-length"));
    expect(() => releaseShares({ ...release, context: new Uint8Array(31) })).toThrow(code("bad-length"));
    expect(() => releaseShares({ ...release, points: [new Uint8Array(33)] })).toThrow(code("bad-point"));
    expect(() => releaseShares({ ...release, share: new Uint8Array(32) })).toThrow(code("bad-scalar"));
  });
});

describe("opening", () => {
  const records = [ciphertext(), ciphertext()];
  const points = records.map((record) => record.U);
  const expected = records.map((record) => record.G);
  const open = (answers: readonly CustodianAnswer[], threshold = 2) =>
    openWithShares({ threshold, points, context: CONTEXT, answers });
  const honest = answersTo(points) as [CustodianAnswer, CustodianAnswer, CustodianAnswer];
  const [a, b, c] = honest;

  it("gives Y^r from any t honest answers", () => {
    for (const answers of [[a, b], [c, a], [b, c], honest])
      expect(open(answers)).toEqual({ G: expected, culprits: [] });
  });

  it.each([
    ["a wrong share", { ...a, shares: [G, G] }, "bad-proof"],
    ["a share that is no point", { ...a, shares: [new Uint8Array(33), G] }, "bad-proof"],
    ["a missing share", { ...a, shares: a.shares.slice(1) }, "missing-shares"],
    ["an answer to another request", { ...(answersTo(points, LABEL)[0] as CustodianAnswer) }, "bad-proof"],
    ["an answer to other points", answersTo(points.toReversed())[0] as CustodianAnswer, "bad-proof"],
    [
      "a share of another committee or epoch",
      { ...answersTo(points, CONTEXT, committee(2, 3))[0], verificationShare: a.verificationShare },
      "bad-proof",
    ],
    ["an index out of range", { ...a, index: 0 }, "bad-proof"],
  ])("names who gives %s and opens with the others", (_, wrong, reason) => {
    const answer = wrong as CustodianAnswer;
    expect(open([answer, b, c])).toEqual({ G: expected, culprits: [{ index: answer.index, reason }] });
    const error: unknown = expect.objectContaining({
      code: "too-few-shares",
      meta: { threshold: 2, honest: 1, culprits: `${answer.index}` },
    });
    expect(() => open([answer, b])).toThrow(error);
  });

  it("counts a custodian once, under whatever index", () => {
    expect(open([a, a, b])).toEqual({ G: expected, culprits: [{ index: 1, reason: "duplicate" }] });
    const forged = { ...a, proof: b.proof };
    expect(open([forged, a, b])).toEqual({ G: expected, culprits: [{ index: 1, reason: "bad-proof" }] });
    expect(() => open([a, a])).toThrow(code("too-few-shares"));
    expect(() => open([a, { ...a, index: 2 }])).toThrow(code("too-few-shares"));
    expect(() => open([])).toThrow(code("too-few-shares"));
  });

  it("refuses sets that do not combine", () => {
    const share = (index: number) => ({ index, point: a.shares[0] as Uint8Array });
    for (const shares of [
      [share(1)],
      [share(1), share(1)],
      [share(0), share(1)],
      [share(1.5), share(1)],
      [],
    ]) {
      expect(() => combine({ threshold: 2, shares })).toThrow(code("bad-share-set"));
    }
    expect(() => combine({ threshold: 0, shares: [share(1)] })).toThrow(code("bad-share-set"));
    expect(() => combine({ threshold: 1, shares: [{ index: 1, point: new Uint8Array(33) }] })).toThrow(
      code("bad-point"),
    );
  });
});
