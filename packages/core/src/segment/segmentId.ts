import { address, fixedBytes, hash32, struct, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { Address, Hash32, SegmentId } from "../ids.ts";
import { kindCommitment, segmentKind } from "./kind.ts";

/**
 * SHA-256("anamnesis/segment-id/1" ‖ owner (20 bytes) ‖ next owner's digest (32) ‖ kind commitment (32)).
 * Self-certifying: whoever shows the three proves which owner a segment began with.
 */
export function segmentIdOf(owner: Address, nextOwner: Hash32, kind: Hash32): SegmentId {
  return domainHashHex<SegmentId>(
    "anamnesis/segment-id/1",
    fromHex(owner),
    fromHex(nextOwner),
    fromHex(kind),
  );
}

/** SHA-256("anamnesis/next-owner/1" ‖ compressed SEC1 public key, 33 bytes). */
export function nextOwnerDigest(publicKey: Uint8Array): Hash32 {
  return domainHashHex("anamnesis/next-owner/1", publicKey);
}

/** What opens a segment id: shown to custodians and homes, never stored on the ledger. */
export const segmentOpening = struct({
  owner: address,
  nextOwner: hash32(),
  kind: segmentKind,
  kindSalt: fixedBytes(32),
});

export type SegmentOpening = Infer<typeof segmentOpening>;

export function segmentIdOfOpening(opening: SegmentOpening): SegmentId {
  return segmentIdOf(opening.owner, opening.nextOwner, kindCommitment(opening.kind, opening.kindSalt));
}
