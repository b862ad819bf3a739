import { concatBytes, uintBytes } from "../encoding/bytes.ts";
import { domainHash } from "../encoding/hash.ts";
import { G } from "./generators.ts";
import { badLength, expectLength } from "./length.ts";
import { pointBackend } from "./pointBackend.ts";
import { hashToScalar, isPoint, parsePoint, parseScalar, scalarBytes, scalarOf } from "./secp256k1.ts";
import { freshScalar, proofHalves, type RandomBytes, sameScalar } from "./tdh2.ts";

/*
 * Batched proof of equal discrete logarithms, in the shape of RFC 9497 section 2.2. One difference: the seed commits to
 * all pairs, as in Davidson et al. (PoPETs 2018), and not to the key alone. With weights that depend on their own pair
 * only, a prover who picks its wrong shares by a generalised birthday search (Wagner 2002) makes the errors cancel:
 * about 2^43 steps for 50 points.
 */

/** Points in one request at most. */
export const MAX_BATCH = 65_535;

const SEED_DOMAIN = "anamnesis/dleq/seed/1";
const WEIGHT_DST = "anamnesis/dleq/weight/1";
const CHALLENGE_DST = "anamnesis/dleq/challenge/1";

export interface ReleaseParts {
  /** The custodian's share of the committee's secret, 32 bytes. */
  readonly share: Uint8Array;
  /** g^share from the committee's certificate, 33 bytes. */
  readonly verificationShare: Uint8Array;
  /** The records' U, 33 bytes each; at least one. */
  readonly points: readonly Uint8Array[];
  /** Digest of the request, 32 bytes: an answer to another request does not verify. */
  readonly context: Uint8Array;
  readonly random: RandomBytes;
}

export interface Release {
  /** U_j^share, 33 bytes each, in the order of the points. */
  readonly shares: readonly Uint8Array[];
  /** c ‖ z, 64 bytes: one for all. */
  readonly proof: Uint8Array;
}

/** Raises every U to the share and proves it. Takes 48 random bytes. Throws `bad-point`, `bad-scalar`, `bad-length`. */
export function releaseShares(parts: ReleaseParts): Release {
  const { share, verificationShare, points, context } = parts;
  expectLength(context, 32, "context");
  if (points.length < 1 || points.length > MAX_BATCH) throw badLength("batch of points", `1 to ${MAX_BATCH}`);
  points.forEach(parsePoint);
  parsePoint(verificationShare);
  const secret = scalarOf(share);
  const backend = pointBackend();
  const shares = points.map((point) => backend.mul(point, parseScalar(share)));
  const weights = weightsOf(verificationShare, context, points, shares);
  // The weighted sum of points whose weights hash them is the identity with negligible probability only.
  const M = parsePoint(backend.sumUnsafe(points, weights) ?? new Uint8Array());
  const Z = backend.mul(M, share);
  const k = freshScalar(parts.random);
  const c = challenge(context, verificationShare, M, Z, backend.mulBase(k), backend.mul(M, k));
  const z = scalarBytes(scalarOf(k) - scalarOf(c) * secret);
  k.fill(0);
  return { shares, proof: concatBytes(c, z) };
}

export interface VerifyParts {
  readonly verificationShare: Uint8Array;
  readonly points: readonly Uint8Array[];
  readonly shares: readonly Uint8Array[];
  readonly context: Uint8Array;
  readonly proof: Uint8Array;
}

/** True when every share is its point raised to the exponent of `verificationShare`. False for anything malformed. */
export function verifyShares(parts: VerifyParts): boolean {
  const { verificationShare, points, shares, context, proof } = parts;
  if (context.length !== 32 || points.length < 1 || points.length > MAX_BATCH) return false;
  if (shares.length !== points.length || !isPoint(verificationShare)) return false;
  if (!points.every(isPoint) || !shares.every(isPoint)) return false;
  const halves = proofHalves(proof);
  if (halves === null) return false;
  const [c, z] = halves;
  const { sumUnsafe } = pointBackend();
  const weights = weightsOf(verificationShare, context, points, shares);
  const M = sumUnsafe(points, weights);
  const Z = sumUnsafe(shares, weights);
  if (M === null || Z === null) return false;
  const a = sumUnsafe([G, verificationShare], [z, c]);
  const b = sumUnsafe([M, Z], [z, c]);
  return a !== null && b !== null && sameScalar(challenge(context, verificationShare, M, Z, a, b), c);
}

function weightsOf(
  verificationShare: Uint8Array,
  context: Uint8Array,
  points: readonly Uint8Array[],
  shares: readonly Uint8Array[],
): Uint8Array[] {
  const count = uintBytes(points.length, 2);
  const seed = domainHash(SEED_DOMAIN, G, verificationShare, context, count, ...points, ...shares);
  return points.map((point, j) =>
    hashToScalar(WEIGHT_DST, concatBytes(seed, uintBytes(j, 2), point, shares[j] as Uint8Array)),
  );
}

function challenge(
  context: Uint8Array,
  verificationShare: Uint8Array,
  M: Uint8Array,
  Z: Uint8Array,
  a: Uint8Array,
  b: Uint8Array,
): Uint8Array {
  return hashToScalar(CHALLENGE_DST, concatBytes(context, verificationShare, M, Z, a, b));
}
