import { AnamnesisError } from "../errors.ts";
import { pointBackend } from "./pointBackend.ts";
import { parsePoint, scalarBytes } from "./secp256k1.ts";
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
  const sum = pointBackend().sumUnsafe(
    used.map((share) => parsePoint(share.point)),
    used.map((share) => scalarBytes(lagrangeAt(0, share.index, usedIndexes))),
  );
  if (sum === null) throw badShareSet();
  return sum;
}

function badShareSet(): AnamnesisError<"bad-share-set"> {
  return new AnamnesisError({
    code: "bad-share-set",
    rule: "Shares combine when there are as many as the threshold, each with an index of its own from 1.",
    fix: "Ask further custodians, and give each one's answer once.",
  });
}
