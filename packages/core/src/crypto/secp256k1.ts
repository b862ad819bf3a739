import { mapHashToField } from "@noble/curves/abstract/modular.js";
import { secp256k1, secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { AnamnesisError } from "../errors.ts";
import { concatBytes, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import type { Address } from "../ids.ts";
import { expectLength } from "./length.ts";
import { pointBackend } from "./pointBackend.ts";

/** Compressed SEC1 point. */
export const POINT_BYTES = 33;
/** Big-endian scalar. */
export const SCALAR_BYTES = 32;

const { Point } = secp256k1;
const { Fn } = Point;

function badPoint(): AnamnesisError<"bad-point"> {
  return new AnamnesisError({
    code: "bad-point",
    rule: "A point of secp256k1 is 33 bytes, compressed SEC1, on the curve and not the identity.",
    fix: "Check where the point comes from; a valid one is never malformed by chance.",
  });
}

function badScalar(): AnamnesisError<"bad-scalar"> {
  return new AnamnesisError({
    code: "bad-scalar",
    rule: "A scalar of secp256k1 is 32 bytes, big-endian, from 1 to n - 1.",
    fix: "Make scalars with scalarFromSeed.",
  });
}

function badSignature(): AnamnesisError<"bad-signature"> {
  return new AnamnesisError({
    code: "bad-signature",
    rule: "A signature is r ‖ s ‖ v of 65 bytes with s in the lower half and v 27 or 28.",
    fix: "Sign again with a wallet that gives canonical signatures.",
  });
}

/** The same bytes, checked (SEC 1 section 2.3.4; the identity has no compressed form). Throws `bad-point`. */
export function parsePoint(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== POINT_BYTES) throw badPoint();
  if (!pointBackend().isPoint(bytes)) throw badPoint();
  return bytes;
}

export function isPoint(bytes: Uint8Array): boolean {
  try {
    parsePoint(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The number of 32 bytes big-endian in [1, n-1]. Throws `bad-scalar`. */
export function scalarOf(bytes: Uint8Array): bigint {
  if (!(bytes instanceof Uint8Array) || bytes.length !== SCALAR_BYTES) throw badScalar();
  let value: bigint;
  try {
    value = Fn.fromBytes(bytes);
  } catch {
    throw badScalar();
  }
  if (value === 0n) throw badScalar();
  return value;
}

/** The same bytes, checked. Throws `bad-scalar`. */
export function parseScalar(bytes: Uint8Array): Uint8Array {
  scalarOf(bytes);
  return bytes;
}

/** 32 bytes big-endian of `value` mod n, zero included. */
export function scalarBytes(value: bigint): Uint8Array {
  return Fn.toBytes(Fn.create(value));
}

/** RFC 9380 section 5.2 hash_to_field with p = n, m = 1, L = 48, expand_message_xmd over SHA-256; 32 bytes. */
export function hashToScalar(dst: string, message: Uint8Array): Uint8Array {
  return Fn.toBytes(secp256k1_hasher.hashToScalar(message, { DST: utf8ToBytes(dst) }));
}

/** 48 uniform bytes, big-endian, mod (n - 1) plus 1 (FIPS 186-5 A.2.1): bias below 2^-128. Throws `bad-length`. */
export function scalarFromSeed(seed: Uint8Array): Uint8Array {
  expectLength(seed, 48, "seed of a scalar");
  return mapHashToField(seed, Fn.ORDER);
}

/** Compressed public key, 33 bytes. Throws `bad-scalar`. */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  return pointBackend().mulBase(parseScalar(secret));
}

/** EVM address: the last 20 bytes of keccak256(x ‖ y). Throws `bad-point`. */
export function addressOf(publicKey: Uint8Array): Address {
  const uncompressed = pointBackend().uncompress(parsePoint(publicKey));
  return toHex<Address>(keccak_256(uncompressed.subarray(1)).subarray(12));
}

/** Affine coordinates (32 bytes each, big-endian) of a compressed point. Throws `bad-point`. */
export function coordinatesOf(point: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const uncompressed = pointBackend().uncompress(parsePoint(point));
  return { x: uncompressed.slice(1, 33), y: uncompressed.slice(33, 65) };
}

/** ECDSA over a 32-byte digest, RFC 6979 nonce, low s: r ‖ s ‖ v, 65 bytes, v 27 or 28. Throws `bad-length`, `bad-scalar`. */
export function sign(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  expectLength(digest, 32, "digest");
  const { signature, bit } = pointBackend().sign(digest, parseScalar(secret));
  return concatBytes(signature, Uint8Array.of(27 + bit));
}

/** r ‖ s (64 bytes) and the recovery bit of a signature of 65 bytes over a digest of 32. Throws `bad-length` (digest), `bad-signature`. */
export function signatureParts(
  digest: Uint8Array,
  signature: Uint8Array,
): { readonly rs: Uint8Array; readonly bit: number } {
  expectLength(digest, 32, "digest");
  const v = signature.length === 65 ? signature[64] : undefined;
  if (v !== 27 && v !== 28) throw badSignature();
  return { rs: signature.slice(0, 64), bit: v - 27 };
}

/** The signer's compressed public key, 33 bytes. Throws `bad-length` (digest) and `bad-signature`; a high s (EIP-2) is refused. */
export function recoverKey(digest: Uint8Array, signature: Uint8Array): Uint8Array {
  const { rs, bit } = signatureParts(digest, signature);
  const publicKey = pointBackend().recover(digest, rs, bit);
  if (publicKey === null) throw badSignature();
  return publicKey;
}

/** The signer's address. Throws `bad-length` (digest) and `bad-signature`; a high s (EIP-2) is refused. */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): Address {
  return addressOf(recoverKey(digest, signature));
}

/** True when the address signed the digest. A malformed signature is false; never throws on one. */
export function verifyBy(digest: Uint8Array, signature: Uint8Array, address: Address): boolean {
  expectLength(digest, 32, "digest");
  try {
    return recoverAddress(digest, signature) === address;
  } catch {
    return false;
  }
}
