import { array, cid, fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { ed25519Verify } from "../crypto/ed25519.ts";
import type { BodyLabel, OrganisationId, RecordId, UnixSeconds } from "../ids.ts";

const time = uint<UnixSeconds>(2 ** 40);

const ackBody = defineFormat(
  "erasure-ack-body",
  struct({
    record: hash32<RecordId>(),
    /** `blabel` of the header that came with the request. */
    label: hash32<BodyLabel>(),
    custodian: hash32<OrganisationId>(),
    /** The custodian's local time at which the request was on its disk. */
    storedAt: time,
  }),
  512,
);

/** A custodian's signed word that it refuses a record for ever, and its signature on the intent with which the ledger learns of it. */
export const erasureAck = defineFormat(
  "erasure-ack",
  struct({
    body: ackBody,
    /** Ed25519, over the body's digest. */
    signature: fixedBytes(64),
    /** By the custodian's account over `EraseRecord(record)`: the ledger takes as many as the committee's threshold. */
    approval: fixedBytes(65),
  }),
  1024,
);
export type ErasureAck = Infer<typeof erasureAck>;

/** What the custodian signs with its Ed25519 key, 32 bytes. */
export function erasureAckDigest(body: ErasureAck["body"]): Uint8Array {
  return fromHex(ackBody.digest(body));
}

/** @param ed25519PublicKey of the custodian, 32 bytes. The approval is held against its account by the caller. */
export function verifyErasureAck(ack: ErasureAck, ed25519PublicKey: Uint8Array): boolean {
  return ed25519Verify(erasureAckDigest(ack.body), ack.signature, ed25519PublicKey);
}

const receiptBody = defineFormat(
  "erasure-receipt-body",
  struct({
    record: hash32<RecordId>(),
    /** `blabel` of the header, which stays: it names the wrap and the content that are gone. */
    label: hash32<BodyLabel>(),
    node: hash32<OrganisationId>(),
    /** The node's local time at which they were gone from its disk. */
    deletedAt: time,
    /** Of both, what stays because another record that is not erased names it. Two records of honest authors never do. */
    kept: array(cid, 2),
  }),
  1024,
);

/** A node's signed word that wrap and content of an erased record, and with them all salts and keys, are gone from its disk. */
export const erasureReceipt = defineFormat(
  "erasure-receipt",
  struct({ body: receiptBody, signature: fixedBytes(64) }),
  1024,
);
export type ErasureReceipt = Infer<typeof erasureReceipt>;

/** What the node signs with its Ed25519 key, 32 bytes. */
export function erasureReceiptDigest(body: ErasureReceipt["body"]): Uint8Array {
  return fromHex(receiptBody.digest(body));
}

export function verifyErasureReceipt(receipt: ErasureReceipt, ed25519PublicKey: Uint8Array): boolean {
  return ed25519Verify(erasureReceiptDigest(receipt.body), receipt.signature, ed25519PublicKey);
}
