import { mulAddUnsafe } from "@noble/curves/abstract/curve.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE } from "@noble/curves/utils.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { GBAR } from "./generators.ts";

/**
 * Work on secp256k1 for arguments that were parsed before: points are compressed SEC1 of 33 bytes on the curve and never
 * the identity, scalars 32 bytes big-endian in [1, n-1].
 *
 * - `mulBase`, `mulGbar`, `mul` and `sign` take secret scalars: they MUST NOT branch or index on the scalar's bits.
 * - `sumUnsafe` is for public values only and may take any time it likes. It returns `null` for the identity. Of bytes that are no
 *   points it throws or returns `null`, never a point.
 * - `isPoint` takes 33 bytes of any content.
 */
export interface PointBackend {
  readonly name: string;
  mulBase(scalar: Uint8Array): Uint8Array;
  mulGbar(scalar: Uint8Array): Uint8Array;
  mul(point: Uint8Array, scalar: Uint8Array): Uint8Array;
  /** Σ scalar_i · point_i. */
  sumUnsafe(points: readonly Uint8Array[], scalars: readonly Uint8Array[]): Uint8Array | null;
  /** True for a compressed point on the curve. */
  isPoint(bytes: Uint8Array): boolean;
  /** 4 ‖ x ‖ y, 65 bytes. */
  uncompress(point: Uint8Array): Uint8Array;
  /** ECDSA over 32 bytes with RFC 6979 nonce and low s: r ‖ s (64 bytes) and the recovery bit. */
  sign(digest: Uint8Array, secret: Uint8Array): { readonly signature: Uint8Array; readonly bit: number };
  /** The compressed public key behind r ‖ s with low s, or `null` when there is none. */
  recover(digest: Uint8Array, signature: Uint8Array, bit: number): Uint8Array | null;
  /** True exactly when `recover` gives `publicKey`; much faster where `precompute` was called for it. */
  verify(digest: Uint8Array, signature: Uint8Array, bit: number, publicKey: Uint8Array): boolean;
  /** Says that `point` will be multiplied often: a table may be kept for it. */
  precompute(point: Uint8Array): void;
}

type Point = ReturnType<typeof secp256k1.Point.fromBytes>;
const { Point } = secp256k1;

/** Points with a table, by compressed hex, oldest first; a node knows its consortium's committee keys and few others. */
const tables = new Map<string, Point>();
const MAX_TABLES = 16;

function decode(bytes: Uint8Array): Point {
  return (tables.size > 0 ? tables.get(bytesToHex(bytes)) : undefined) ?? Point.fromBytes(bytes);
}

function encode(point: Point): Uint8Array {
  return point.toBytes(true);
}

function scalar(bytes: Uint8Array): bigint {
  return Point.Fn.fromBytes(bytes);
}

/** Below this doubling and adding is faster than splitting the scalar. */
const SMALL = 1n << 24n;

/** scalar · point in variable time. Interpolation over neighbouring indexes has factors such as 2 and -1. */
function multiple(point: Point, factor: bigint): Point {
  const opposite = Point.Fn.ORDER - factor;
  if (opposite < SMALL) return multiple(point, opposite).negate();
  if (factor >= SMALL) return point.multiplyUnsafe(factor);
  let sum = Point.ZERO;
  for (let bit = 1n << BigInt(factor.toString(2).length - 1); bit > 0n; bit >>= 1n) {
    sum = sum.double();
    if ((factor & bit) !== 0n) sum = sum.add(point);
  }
  return sum;
}

const gbar = Point.fromBytes(GBAR).precompute(6);
tables.set(bytesToHex(GBAR), gbar);
tables.set(bytesToHex(encode(Point.BASE)), Point.BASE);

/** The audited pure JS library: runs everywhere. */
export const nobleBackend: PointBackend = {
  name: "noble",
  mulBase: (k) => encode(Point.BASE.multiply(scalar(k))),
  mulGbar: (k) => encode(gbar.multiply(scalar(k))),
  mul: (point, k) => encode(decode(point).multiply(scalar(k))),
  sumUnsafe: (points, scalars) => {
    const decoded = points.map(decode);
    const factors = scalars.map(scalar);
    // Measured: with few terms a table (g, ḡ) and the endomorphism win over one shared chain of doublings.
    const sum =
      decoded.length <= 3
        ? decoded.reduce((total, point, i) => total.add(multiple(point, factors[i] as bigint)), Point.ZERO)
        : mulAddUnsafe(Point, decoded, factors);
    return sum.is0() ? null : encode(sum);
  },
  isPoint: (bytes) => {
    try {
      decode(bytes);
      return true;
    } catch {
      return false;
    }
  },
  uncompress: (point) => decode(point).toBytes(false),
  sign: (digest, secret) => {
    // The library puts the recovery bit first.
    const signed = secp256k1.sign(digest, secret, { prehash: false, format: "recovered" });
    return { signature: signed.slice(1), bit: signed[0] as number };
  },
  recover: (digest, signature, bit) => {
    try {
      const parsed = secp256k1.Signature.fromBytes(signature, "compact");
      return parsed.hasHighS() ? null : parsed.addRecoveryBit(bit).recoverPublicKey(digest).toBytes(true);
    } catch {
      return null;
    }
  },
  verify: (digest, signature, bit, publicKey) => {
    const { Fn } = Point;
    try {
      const parsed = secp256k1.Signature.fromBytes(signature, "compact");
      if (parsed.hasHighS()) return false;
      // FIPS 186-5 section 6.4.2 with both tables; x and parity whole, as they are what recovery begins with.
      const inverse = Fn.inv(parsed.s);
      const [u1, u2] = [Fn.mul(Fn.create(bytesToNumberBE(digest)), inverse), Fn.mul(parsed.r, inverse)];
      const R = Point.BASE.multiplyUnsafe(u1).add(decode(publicKey).multiplyUnsafe(u2));
      if (R.is0()) return false;
      const { x, y } = R.toAffine();
      return x === parsed.r && Number(y & 1n) === bit;
    } catch {
      return false;
    }
  },
  precompute: (point) => {
    const key = bytesToHex(point);
    if (tables.has(key)) return;
    if (tables.size >= MAX_TABLES) {
      // The first two are g and ḡ.
      const oldest = [...tables.keys()][2];
      if (oldest !== undefined) tables.delete(oldest);
    }
    tables.set(key, Point.fromBytes(point).precompute(6));
  },
};

let active: PointBackend = nobleBackend;

/** Plugs in another implementation, such as a native library; the process calls it once, at its start. */
export function usePointBackend(backend: PointBackend): void {
  active = backend;
}

export function pointBackend(): PointBackend {
  return active;
}
