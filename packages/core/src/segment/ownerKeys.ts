import { concatBytes, fromHex, toHex, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { hkdf } from "../crypto/kdf.ts";
import { addressOf, publicKeyOf, scalarFromSeed } from "../crypto/secp256k1.ts";
import { ed25519PublicKey } from "../crypto/ed25519.ts";
import type { Address, Hash32, SegmentId } from "../ids.ts";
import { kindCommitment, type SegmentKind } from "./kind.ts";
import { nextOwnerDigest, segmentIdOf, type SegmentOpening } from "./segmentId.ts";

/** Everything here is HKDF-SHA256 without salt; `info` is the domain string and then fixed-width parts. */
function derive(
  secret: Uint8Array,
  domain: string,
  length: number,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  return hkdf(secret, { info: concatBytes(utf8ToBytes(domain), ...parts), length });
}

/** root_g of the 32-byte seed: 32 bytes. The devices hold one generation only; the seed is split or printed and deleted. */
export function rootOfSeed(seed: Uint8Array, generation: number): Uint8Array {
  return derive(seed, "anamnesis/root/1", 32, uintBytes(generation, 4));
}

export interface OwnerKey {
  /** secp256k1 scalar, 32 bytes. */
  readonly secret: Uint8Array;
  /** Compressed SEC1, 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
}

/** The owner's account for one kind of segment: an account of its own each, so that segments are not linkable. */
export function ownerKeyOf(root: Uint8Array, kind: SegmentKind): OwnerKey {
  const secret = scalarFromSeed(derive(root, "anamnesis/owner/1", 48, utf8ToBytes(kind)));
  const publicKey = publicKeyOf(secret);
  return { secret, publicKey, address: addressOf(publicKey) };
}

/** Salt of the kind's commitment, 32 bytes, fixed when the segment is made. */
function kindSaltOf(root: Uint8Array, kind: SegmentKind): Uint8Array {
  return derive(root, "anamnesis/kind-salt/1", 32, utf8ToBytes(kind));
}

/** Seed of the segment's X-Wing key pair in one epoch, 32 bytes. */
export function segmentKeySeed(root: Uint8Array, segment: SegmentId, epoch: number): Uint8Array {
  return derive(root, "anamnesis/segment-key/1", 32, fromHex(segment), uintBytes(epoch, 4));
}

/** Seed of the X-Wing key pair to which custodians seal receipts, 32 bytes: only the owner reads the access log. */
export function receiptKeySeed(root: Uint8Array, segment: SegmentId): Uint8Array {
  return derive(root, "anamnesis/receipt-key/1", 32, fromHex(segment));
}

/** Secret of the one-time key that revokes the consent with this salt (32 bytes): any device with the root has it. */
export function revokerSecret(root: Uint8Array, consentSalt: Uint8Array): Uint8Array {
  return scalarFromSeed(derive(root, "anamnesis/revoker/1", 48, consentSalt));
}

/** Ed25519 secret (32 bytes) with which the owner signs HTTP requests about this segment; one a segment, so that nodes cannot link them by it. */
export function requestKeySecret(root: Uint8Array, segment: SegmentId): Uint8Array {
  return derive(root, "anamnesis/request-key/1", 32, fromHex(segment));
}

export interface OwnedSegment {
  readonly id: SegmentId;
  readonly opening: SegmentOpening;
}

/** The segment of `kind` whose first owner comes from `root` and whose next owner from `nextRoot`. */
export function ownedSegment(
  root: Uint8Array,
  nextOwnerPublicKey: Uint8Array,
  kind: SegmentKind,
): OwnedSegment {
  const owner = ownerKeyOf(root, kind).address;
  const nextOwner: Hash32 = nextOwnerDigest(nextOwnerPublicKey);
  const kindSalt = kindSaltOf(root, kind);
  const id = segmentIdOf(owner, nextOwner, kindCommitment(kind, kindSalt));
  return { id, opening: { owner, nextOwner, kind, kindSalt } };
}

/** Public form of a request key: what stands as `keyid`. */
export function requestKeyId(secret: Uint8Array): string {
  return toHex(ed25519PublicKey(secret));
}
