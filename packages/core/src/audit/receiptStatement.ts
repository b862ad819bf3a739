import { ed25519Verify } from "../crypto/ed25519.ts";
import { fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { domainHashHex } from "../encoding/hash.ts";
import type { Digest, Hash32, OrganisationId, SegmentId } from "../ids.ts";

/** What a custodian signs (Ed25519, over the digest) when it says that a list of receipts is complete. */
export const receiptStatement = defineFormat(
  "receipt-statement",
  struct({
    custodian: hash32<OrganisationId>(),
    segment: hash32<SegmentId>(),
    /** Size of the log up to which it is complete. */
    size: uint(),
    count: uint(),
    /** `receiptIndexes` of all of them: an entry that the custodian promised and left out is evidence. */
    indexes: hash32(),
  }),
  512,
);
export type ReceiptStatement = Infer<typeof receiptStatement>;

/** SHA-256("anamnesis/receipt-indexes/1" ‖ each index, 8 bytes big-endian, in the log's order). */
export function receiptIndexes(indexes: readonly number[]): Hash32 {
  return domainHashHex("anamnesis/receipt-indexes/1", ...indexes.map((index) => uintBytes(index, 8)));
}

/**
 * What a custodian signs (Ed25519, over the digest) with the answer that carries its shares: this entry stands in my log and is
 * about this segment. It names no record and holds no share, so it can be given to the patient and to anyone.
 */
export const receiptPromise = defineFormat(
  "receipt-promise",
  struct({
    custodian: hash32<OrganisationId>(),
    /** Digest of the request that was answered. */
    request: hash32<Digest>(),
    segment: hash32<SegmentId>(),
    index: uint(),
    commitment: fixedBytes(32),
  }),
  512,
);
export type ReceiptPromise = Infer<typeof receiptPromise>;

export const signedReceiptPromise = defineFormat(
  "signed-receipt-promise",
  struct({ promise: receiptPromise, signature: fixedBytes(64) }),
  1024,
);
export type SignedReceiptPromise = Infer<typeof signedReceiptPromise>;

/** @param ed25519PublicKey of the custodian, 32 bytes. */
export function verifyReceiptPromise(value: SignedReceiptPromise, ed25519PublicKey: Uint8Array): boolean {
  return ed25519Verify(fromHex(receiptPromise.digest(value.promise)), value.signature, ed25519PublicKey);
}
