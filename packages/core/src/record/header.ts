import { sha256 } from "../crypto/sha256.ts";
import { cid, fixedBytes, hash32, int, struct, uint, type Infer } from "../encoding/codec.ts";
import { defineFormat } from "../encoding/format.ts";
import { toHex } from "../encoding/bytes.ts";
import type { ActorId, BodyLabel, CommitteeKeyId, Day, Digest, OrganisationId, SegmentId } from "../ids.ts";
import { nullable } from "../encoding/codec.ts";

/** What both locks are bound to. Its SHA-256 is `clabel`. */
export const recordCore = defineFormat(
  "core",
  struct({
    committee: hash32<CommitteeKeyId>(),
    segment: hash32<SegmentId>(),
    epoch: uint(0xffff_ffff),
    organisation: hash32<OrganisationId>(),
    /** The organisation itself, or its device that seals. */
    author: hash32<ActorId>(),
    /** Day of writing (UTC). */
    day: int<Day>(2 ** 24),
    /** `blabel` of the organisation's previous header in this segment: what is withheld shows. */
    previous: nullable(hash32<BodyLabel>()),
    /** EIP-712 digest of the permit under which the organisation writes. */
    permit: hash32<Digest>(),
    /** Salted commitment to the attributes. */
    attributes: hash32(),
    /** Salted commitment to those who were to co-sign it; `null`: the record counts as it stands. */
    endorsement: nullable(hash32()),
  }),
  1024,
);
export type RecordCore = Infer<typeof recordCore>;

/** What the author signs. Its SHA-256 is `blabel`. */
export const recordBody = defineFormat(
  "body",
  struct({
    core: recordCore,
    /** g^r and ḡ^r, compressed SEC1. */
    U: fixedBytes(33),
    Ubar: fixedBytes(33),
    /** SHA-256("anamnesis/key-commitment/1" ‖ kc). */
    keyCommitment: fixedBytes(32),
    content: cid,
    /** Length of the content's ciphertext. */
    contentBytes: uint(2 ** 40),
    wrap: cid,
  }),
  2048,
);
export type RecordBody = Infer<typeof recordBody>;

/** The public description of a record, free of health data. */
export const header = defineFormat(
  "header",
  struct({
    body: recordBody,
    /** TDH2 proof e ‖ f over the label `blabel`. */
    proof: fixedBytes(64),
    /** Author's secp256k1 signature r ‖ s ‖ v over `blabel`. */
    signature: fixedBytes(65),
  }),
  2048,
);
export type Header = Infer<typeof header>;

/** SHA-256 of the core, 32 bytes. */
export function coreLabel(core: RecordCore): Uint8Array {
  return sha256(recordCore.encode(core));
}

/** SHA-256 of the body, 32 bytes: label of the TDH2 proof, what the author signs, the header's digest. */
export function bodyLabelBytes(body: RecordBody): Uint8Array {
  return sha256(recordBody.encode(body));
}

export function bodyLabel(body: RecordBody): BodyLabel {
  return toHex<BodyLabel>(bodyLabelBytes(body));
}
