import { concatBytes, equalBytes } from "../../encoding/bytes.ts";
import { G } from "../generators.ts";
import { lagrangeAt } from "../lagrange.ts";
import { pointBackend } from "../pointBackend.ts";
import { hashToScalar, isPoint, POINT_BYTES, scalarBytes, scalarOf } from "../secp256k1.ts";

/** DST of the proof's challenge in the library's FROST suite (RFC 9591 section 6.5's context string ‖ "dkg"). */
const PROOF_DST = "FROST-secp256k1-SHA256-v1dkg";

/** g^f(x) from the commitments to f's coefficients, 33 bytes; `null` for the identity. */
export function commitmentAt(commitment: readonly Uint8Array[], x: number): Uint8Array | null {
  const powers = commitment.map((_, k) => scalarBytes(BigInt(x) ** BigInt(k)));
  return pointBackend().sumUnsafe(commitment, powers);
}

/** True when `share` (32 bytes) is the committed polynomial's value at `index` (Feldman 1987). Never throws. */
export function shareMatches(commitment: readonly Uint8Array[], index: number, share: Uint8Array): boolean {
  try {
    scalarOf(share);
  } catch {
    return false;
  }
  const expected = commitmentAt(commitment, index);
  return expected !== null && equalBytes(pointBackend().mulBase(share), expected);
}

/** True when R ‖ z proves knowledge of the secret behind `commitment[0]` for this index. Never throws. */
export function provesKnowledge(
  index: number,
  commitment: readonly Uint8Array[],
  proof: Uint8Array,
): boolean {
  const R = proof.slice(0, POINT_BYTES);
  const z = proof.slice(POINT_BYTES);
  const key = commitment[0];
  if (key === undefined || !isPoint(R) || !isPoint(key)) return false;
  try {
    scalarOf(z);
  } catch {
    return false;
  }
  const c = hashToScalar(PROOF_DST, concatBytes(scalarBytes(BigInt(index)), key, R));
  const expected = pointBackend().sumUnsafe([G, key], [z, scalarBytes(-scalarOf(c))]);
  return expected !== null && equalBytes(expected, R);
}

/**
 * True when the verification shares of indexes 1..n lie on one polynomial of degree t - 1 in the exponent whose value at
 * 0 is the public key: any t shares then open to the same point.
 */
export function sharesFit(publicKey: Uint8Array, shares: readonly Uint8Array[], threshold: number): boolean {
  const base = shares.slice(0, threshold);
  const indexes = base.map((_, i) => i + 1);
  const at = (x: number): Uint8Array | null =>
    pointBackend().sumUnsafe(
      base,
      indexes.map((index) => scalarBytes(lagrangeAt(x, index, indexes))),
    );
  const matches = (x: number, expected: Uint8Array): boolean => {
    const point = at(x);
    return point !== null && equalBytes(point, expected);
  };
  return (
    matches(0, publicKey) && shares.slice(threshold).every((share, i) => matches(threshold + i + 1, share))
  );
}
