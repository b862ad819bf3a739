import { concatBytes } from "../encoding/bytes.ts";
import { SUITE } from "../encoding/format.ts";
import { G, GBAR } from "./generators.ts";
import { expectLength } from "./length.ts";
import { pointBackend } from "./pointBackend.ts";
import { hashToScalar, isPoint, parsePoint, scalarBytes, scalarFromSeed, scalarOf } from "./secp256k1.ts";

/*
 * TDH2 (Shoup, Gennaro, "Securing Threshold Cryptosystems against Chosen Ciphertext Attack", J. Cryptology 2002,
 * section 4) over secp256k1, used as a KEM: the caller derives its key from G = Y^r. Written multiplicatively, as there.
 */

export type RandomBytes = (length: number) => Uint8Array;

const CHALLENGE_DST = "anamnesis/tdh2/challenge/1";

export interface Encapsulation {
  /** Secret scalar, 32 bytes: erase it after the proof. */
  readonly r: Uint8Array;
  /** g^r, 33 bytes. */
  readonly U: Uint8Array;
  /** ḡ^r, 33 bytes. */
  readonly Ubar: Uint8Array;
  /** Y^r, 33 bytes: the secret that t custodians can compute from U. */
  readonly G: Uint8Array;
}

/** Fresh r, U, Ū, G for a committee's public key Y. Takes 48 random bytes. Throws `bad-point`. */
export function encapsulate(parts: {
  readonly committeeKey: Uint8Array;
  readonly random: RandomBytes;
}): Encapsulation {
  const Y = parsePoint(parts.committeeKey);
  const backend = pointBackend();
  backend.precompute(Y);
  const r = freshScalar(parts.random);
  return { r, U: backend.mulBase(r), Ubar: backend.mulGbar(r), G: backend.mul(Y, r) };
}

export interface LabelProofParts {
  readonly r: Uint8Array;
  readonly U: Uint8Array;
  readonly Ubar: Uint8Array;
  readonly committeeKey: Uint8Array;
  /** 32 bytes: what the ciphertext is bound to. */
  readonly label: Uint8Array;
  readonly random: RandomBytes;
}

/**
 * Proof e ‖ f (64 bytes) that whoever made U and Ū knows r, and bound it to this label: w = g^s, w̄ = ḡ^s,
 * e = H(suite, Y, label, U, Ū, w, w̄), f = s + r·e mod n. Takes 48 random bytes.
 * Throws `bad-scalar`, `bad-point`, `bad-length`.
 */
export function proveLabel(parts: LabelProofParts): Uint8Array {
  const { U, Ubar, committeeKey, label } = parts;
  expectLength(label, 32, "label");
  const r = scalarOf(parts.r);
  const backend = pointBackend();
  const s = freshScalar(parts.random);
  const e = challenge(
    parsePoint(committeeKey),
    label,
    parsePoint(U),
    parsePoint(Ubar),
    backend.mulBase(s),
    backend.mulGbar(s),
  );
  const f = scalarBytes(scalarOf(s) + r * scalarOf(e));
  s.fill(0);
  return concatBytes(e, f);
}

export interface LabelProof {
  readonly U: Uint8Array;
  readonly Ubar: Uint8Array;
  readonly committeeKey: Uint8Array;
  readonly label: Uint8Array;
  readonly proof: Uint8Array;
}

/** Recomputes w = g^f U^-e and w̄ = ḡ^f Ū^-e. False for anything malformed; never throws. */
export function verifyLabel(parts: LabelProof): boolean {
  const { U, Ubar, committeeKey, label, proof } = parts;
  if (label.length !== 32 || !isPoint(U) || !isPoint(Ubar) || !isPoint(committeeKey)) return false;
  const halves = proofHalves(proof);
  if (halves === null) return false;
  const [e, f] = halves;
  const minusE = scalarBytes(-scalarOf(e));
  const { sumUnsafe } = pointBackend();
  const w = sumUnsafe([G, U], [f, minusE]);
  const wbar = sumUnsafe([GBAR, Ubar], [f, minusE]);
  if (w === null || wbar === null) return false;
  return sameScalar(challenge(committeeKey, label, U, Ubar, w, wbar), e);
}

function challenge(
  committeeKey: Uint8Array,
  label: Uint8Array,
  U: Uint8Array,
  Ubar: Uint8Array,
  w: Uint8Array,
  wbar: Uint8Array,
): Uint8Array {
  return hashToScalar(
    CHALLENGE_DST,
    concatBytes(Uint8Array.of(SUITE), committeeKey, label, U, Ubar, w, wbar),
  );
}

/** A secret scalar from 48 random bytes, which are wiped. */
export function freshScalar(random: RandomBytes): Uint8Array {
  const seed = random(48);
  const scalar = scalarFromSeed(seed);
  seed.fill(0);
  return scalar;
}

/** Both scalars of a 64-byte proof, or `null` unless each is in [1, n-1]. */
export function proofHalves(proof: Uint8Array): readonly [Uint8Array, Uint8Array] | null {
  if (proof.length !== 64) return null;
  const halves = [proof.slice(0, 32), proof.slice(32)] as const;
  try {
    halves.forEach(scalarOf);
  } catch {
    return null;
  }
  return halves;
}

/** Equality of public scalars. */
export function sameScalar(a: Uint8Array, b: Uint8Array): boolean {
  return scalarOf(a) === scalarOf(b);
}
