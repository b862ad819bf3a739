import { fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { domainHashHex } from "../encoding/hash.ts";
import { ed25519Verify } from "../crypto/ed25519.ts";
import type { BodyLabel, Digest, Hash32, OrganisationId, SegmentId, UnixSeconds } from "../ids.ts";

/**
 * What a home signs (Ed25519, over the digest) with each page of headers: so many, with these labels, are all that it keeps of the
 * segment now, in this page and all others. One statement covers the whole list, so no mixture of pages can be held against it.
 */
export const headerStatement = defineFormat(
  "header-statement",
  struct({
    home: hash32<OrganisationId>(),
    segment: hash32<SegmentId>(),
    /** Digest of the access request that it answers. */
    request: hash32<Digest>(),
    /** The home's clock. */
    time: uint<UnixSeconds>(2 ** 40),
    count: uint(),
    /** `headerLabels` of all of them, in the order of the pages. */
    labels: hash32(),
  }),
  512,
);
export type HeaderStatement = Infer<typeof headerStatement>;

export const HEADER_LABELS = "anamnesis/header-labels/1";

/** SHA-256(`HEADER_LABELS` ‖ each header's blabel, in the order of the pages). */
export function headerLabels(labels: readonly BodyLabel[]): Hash32 {
  return domainHashHex(HEADER_LABELS, ...labels.map(fromHex));
}

export const signedHeaderStatement = struct({ statement: headerStatement, signature: fixedBytes(64) });
export type SignedHeaderStatement = Infer<typeof signedHeaderStatement>;

/** @param ed25519PublicKey of the home's key card, 32 bytes. */
export function verifyHeaderStatement(
  { statement, signature }: SignedHeaderStatement,
  ed25519PublicKey: Uint8Array,
): boolean {
  return ed25519Verify(fromHex(headerStatement.digest(statement)), signature, ed25519PublicKey);
}
