import { createRequire } from "node:module";
import { G, GBAR } from "@anamnesis/core/crypto/generators";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { useAesBackend } from "@anamnesis/core/crypto/aead";
import { useEd25519Backend } from "@anamnesis/core/crypto/ed25519";
import { nobleBackend, type PointBackend, usePointBackend } from "@anamnesis/core/crypto/pointBackend";
import { useSha256 } from "@anamnesis/core/crypto/sha256";
import { nativeAesGcm } from "./aesGcm.ts";
import { nativeEd25519 } from "./ed25519.ts";
import { nativeSha256 } from "./sha256.ts";

/** The part of npm `secp256k1`'s native binding (bitcoin-core/secp256k1) that is used. */
interface Binding {
  publicKeyVerify(point: Uint8Array): boolean;
  publicKeyCreate(secret: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyConvert(point: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyTweakMul(point: Uint8Array, scalar: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyTweakAdd(point: Uint8Array, scalar: Uint8Array, compressed: boolean): Uint8Array;
  publicKeyCombine(points: readonly Uint8Array[], compressed: boolean): Uint8Array;
  ecdsaSign(digest: Uint8Array, secret: Uint8Array): { signature: Uint8Array; recid: number };
  ecdsaRecover(signature: Uint8Array, bit: number, digest: Uint8Array, compressed: boolean): Uint8Array;
  ecdh(
    point: Uint8Array,
    scalar: Uint8Array,
    options: { hashfn: (x: Uint8Array, y: Uint8Array) => Uint8Array; xbuf: Uint8Array; ybuf: Uint8Array },
    output: Uint8Array,
  ): Uint8Array;
}

/** Half of the group's order: a signature with s above it is refused (EIP-2). */
const HALF_ORDER = Uint8Array.from(
  Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex"),
);

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** The point itself instead of its hash: libsecp256k1's constant-time multiplication is reached through ECDH alone. */
function compress(x: Uint8Array, y: Uint8Array): Uint8Array {
  const point = new Uint8Array(33);
  point[0] = 2 + ((y[31] as number) & 1);
  point.set(x, 1);
  return point;
}

function createBackend(native: Binding): PointBackend {
  const mul = (point: Uint8Array, scalar: Uint8Array): Uint8Array =>
    native.ecdh(
      point,
      scalar,
      { hashfn: compress, xbuf: new Uint8Array(32), ybuf: new Uint8Array(32) },
      new Uint8Array(33),
    );
  const recover: PointBackend["recover"] = (digest, signature, bit) => {
    if (Buffer.compare(signature.subarray(32), HALF_ORDER) > 0) return null;
    try {
      return native.ecdsaRecover(signature, bit, digest, true);
    } catch {
      return null;
    }
  };
  return {
    name: "libsecp256k1",
    mulBase: (scalar) => native.publicKeyCreate(scalar, true),
    mulGbar: (scalar) => mul(GBAR, scalar),
    mul,
    sumUnsafe: (points, scalars) => {
      const [base, other] = points;
      const [baseScalar, otherScalar] = scalars;
      // Its tweaks are not constant time, which public values need not be. Without compression in between no root has to be found twice.
      const multiple = (point: Uint8Array, scalar: Uint8Array) =>
        native.publicKeyTweakMul(point, scalar, false);
      try {
        const withBase = points.length === 2 && equalBytes(base as Uint8Array, G);
        if (withBase && !isZero(otherScalar as Uint8Array)) {
          // The multiple of g and the sum in one go.
          const term = multiple(other as Uint8Array, otherScalar as Uint8Array);
          return native.publicKeyTweakAdd(term, baseScalar as Uint8Array, true);
        }
        const terms = points.flatMap((point, i) => {
          const scalar = scalars[i] as Uint8Array;
          return isZero(scalar) ? [] : [multiple(point, scalar)];
        });
        return terms.length === 0 ? null : native.publicKeyCombine(terms, true);
      } catch {
        // The one sum that has no encoding.
        return null;
      }
    },
    isPoint: (bytes) => (bytes[0] === 2 || bytes[0] === 3) && native.publicKeyVerify(bytes),
    uncompress: (point) => native.publicKeyConvert(point, false),
    sign: (digest, secret) => {
      const { signature, recid } = native.ecdsaSign(digest, secret);
      return { signature, bit: recid };
    },
    recover,
    verify: (digest, signature, bit, publicKey) => {
      const key = recover(digest, signature, bit);
      return key !== null && equalBytes(key, publicKey);
    },
    precompute: () => undefined,
  };
}

/** libsecp256k1, when its prebuilt binary is there for this platform; `null` elsewhere. It never falls back silently. */
export function loadLibsecp256k1(): PointBackend | null {
  try {
    // `secp256k1/bindings` is the native addon alone; the package's main entry would turn to slow JavaScript without a word.
    return createBackend(createRequire(import.meta.url)("secp256k1/bindings") as Binding);
  } catch {
    return null;
  }
}

/**
 * Chooses the arithmetic of secp256k1, of Ed25519 signatures, AES-GCM and SHA-256 for this process, once at its start, and says which one
 * of secp256k1 it is. `ANAMNESIS_CURVE=js` keeps what runs everywhere, JavaScript and WebCrypto, for comparison.
 */
export function useFastestBackend(env: Readonly<Record<string, string | undefined>>): string {
  const backend = env["ANAMNESIS_CURVE"] === "js" ? null : loadLibsecp256k1();
  usePointBackend(backend ?? nobleBackend);
  if (env["ANAMNESIS_CURVE"] !== "js") {
    useEd25519Backend(nativeEd25519);
    useAesBackend(nativeAesGcm);
    useSha256(nativeSha256);
  }
  return (backend ?? nobleBackend).name;
}
