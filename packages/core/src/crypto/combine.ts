import { AnamnesisError } from "../errors.ts";
import { pointBackend } from "./pointBackend.ts";
import { parsePoint, POINT_BYTES, scalarBytes } from "./secp256k1.ts";
import { lagrangeAt } from "./lagrange.ts";

/** Share indexes run from 1 to this; a committee has at most 10 members. */
export const MAX_INDEX = 65_535;

export interface IndexedPoint {
  /** The custodian's share index, from 1. */
  readonly index: number;
  /** 33 bytes. */
  readonly point: Uint8Array;
}

/**
 * Interpolates shares in the exponent at 0, from the first `threshold` of them: U^s_i of t custodians give Y^r.
 * The shares must have been verified: a wrong one gives a wrong point and no error. Throws `bad-share-set`, `bad-point`.
 */
export function combine(parts: {
  readonly threshold: number;
  readonly shares: readonly IndexedPoint[];
}): Uint8Array {
  const { threshold, shares } = parts;
  const indexes = shares.map((share) => share.index);
  const wellFormed = indexes.every(
    (index) => Number.isSafeInteger(index) && index >= 1 && index <= MAX_INDEX,
  );
  const enough = Number.isSafeInteger(threshold) && threshold >= 1 && shares.length >= threshold;
  if (!wellFormed || !enough || new Set(indexes).size !== indexes.length) throw badShareSet();
  const used = shares.slice(0, threshold);
  const usedIndexes = used.map((share) => share.index);
  const sum = sumOf(
    used.map((share) => share.point),
    used.map((share) => scalarBytes(lagrangeAt(0, share.index, usedIndexes))),
  );
  if (sum === null) throw badShareSet();
  return sum;
}

/** What a point is shows in the sum itself: finding its root takes as long as the rest, so it is not done twice. */
function sumOf(points: readonly Uint8Array[], scalars: readonly Uint8Array[]): Uint8Array | null {
  let sum: Uint8Array | null = null;
  try {
    if (points.every(({ length }) => length === POINT_BYTES)) sum = pointBackend().sumUnsafe(points, scalars);
  } catch (error) {
    points.forEach(parsePoint);
    throw error;
  }
  if (sum === null) points.forEach(parsePoint);
  return sum;
}

function badShareSet(): AnamnesisError<"bad-share-set"> {
  return new AnamnesisError({
    code: "bad-share-set",
    rule: "Shares combine when there are as many as the threshold, each with an index of its own from 1.",
    fix: "Ask further custodians, and give each one's answer once.",
  });
}
