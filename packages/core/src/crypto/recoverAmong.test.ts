import { describe, expect, it } from "vitest";
import type { Address } from "../ids.ts";
import { nobleBackend, usePointBackend } from "./pointBackend.ts";
import { recoverAmong } from "./recoverAmong.ts";
import { addressOf, publicKeyOf, recoverAddress, scalarBytes, sign } from "./secp256k1.ts";

const secretOf = (i: number): Uint8Array => scalarBytes(BigInt(i + 1) * 7_919n);
const addressFor = (i: number): Address => addressOf(publicKeyOf(secretOf(i)));
const digestOf = (i: number): Uint8Array => scalarBytes(BigInt(i + 1) ** 50n);

/** The answer, or the code of what was thrown. */
function outcome(work: () => Address): string {
  try {
    return work();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

describe("recoverAmong", () => {
  it("gives what recovery gives, whoever is expected and however often it was asked", () => {
    const likely = [addressFor(0), addressFor(1), addressFor(2)];
    for (let i = 0; i < 60; i++) {
      const digest = digestOf(i);
      // Each fourth by somebody who is not expected, each fifth damaged.
      const signature = sign(digest, secretOf(i % 4));
      if (i % 5 === 0) signature[i] = (signature[i] as number) ^ 1;
      for (const among of [[], likely, likely.toReversed()]) {
        expect([i, outcome(() => recoverAmong(digest, signature, among))]).toEqual([
          i,
          outcome(() => recoverAddress(digest, signature)),
        ]);
      }
    }
  });

  it("refuses what is no signature as recovery does", () => {
    const signature = sign(digestOf(1), secretOf(1));
    const high = Uint8Array.from(signature).fill(0xff, 32, 64);
    for (const bad of [signature.slice(1), Uint8Array.from(signature).fill(29, 64), high]) {
      expect(outcome(() => recoverAmong(digestOf(1), bad, [addressFor(1)]))).toBe("bad-signature");
    }
    expect(outcome(() => recoverAmong(digestOf(1).slice(1), signature, []))).toBe("bad-length");
  });

  it("recovers the key of who is expected once, and a stranger's each time", () => {
    let recovered = 0;
    usePointBackend({
      ...nobleBackend,
      recover: (...parts) => {
        recovered += 1;
        return nobleBackend.recover(...parts);
      },
    });
    const [expected, stranger] = [100, 101];
    for (let i = 0; i < 5; i++) {
      recoverAmong(digestOf(i), sign(digestOf(i), secretOf(expected)), [addressFor(expected)]);
    }
    expect(recovered).toBe(1);
    for (let i = 0; i < 5; i++) {
      recoverAmong(digestOf(i), sign(digestOf(i), secretOf(stranger)), [addressFor(expected)]);
    }
    expect(recovered).toBe(6);
    usePointBackend(nobleBackend);
  });
});
