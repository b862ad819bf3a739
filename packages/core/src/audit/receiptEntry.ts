import {
  array,
  fixedBytes,
  hash32,
  nullable,
  oneOf,
  struct,
  text,
  uint,
  varBytes,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, utf8ToBytes } from "../encoding/bytes.ts";
import { domainHash } from "../encoding/hash.ts";
import { defineFormat } from "../encoding/format.ts";
import { hpkeOpen, hpkeSeal } from "../crypto/hpke.ts";
import { BASES } from "../consent/decide.ts";
import { action, purpose } from "../consent/terms.ts";
import { MAX_RECORDS_PER_REQUEST, requester } from "../release/releaseRequest.ts";
import { AnamnesisError } from "../errors.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type {
  CommitteeKeyId,
  ConsentId,
  Digest,
  OrganisationId,
  RecordId,
  SegmentId,
  UnixSeconds,
} from "../ids.ts";

/** One custodian's note of one request about one segment, written and synced before its shares leave. */
export const receiptEntry = defineFormat(
  "receipt-entry",
  struct({
    /** Digest of the request: the logs of the custodians that served one read agree on it. */
    request: hash32<Digest>(),
    custodian: hash32<OrganisationId>(),
    segment: hash32<SegmentId>(),
    requester,
    action,
    purpose,
    basis: oneOf([...BASES, "none"]),
    /** The consent that was shown, or the delegation of a proxy that asks itself. */
    consent: nullable(hash32<ConsentId>()),
    committee: hash32<CommitteeKeyId>(),
    shareEpoch: uint(0xffff_ffff),
    /** The custodian's local time and the block on which it decided. */
    time: uint<UnixSeconds>(2 ** 40),
    ledger: struct({ number: uint(), hash: hash32(), time: uint<UnixSeconds>(2 ** 40) }),
    records: array(
      struct({
        record: hash32<RecordId>(),
        /** `released`, or the code of the rule that refused: the owner may know, the requester may not. */
        outcome: text(40, /^[a-z0-9-]+$/),
      }),
      MAX_RECORDS_PER_REQUEST,
      1,
    ),
  }),
  65_536,
);
export type ReceiptEntry = Infer<typeof receiptEntry>;

/** SHA-256("anamnesis/receipt/1" ‖ salt (32 bytes) ‖ entry): the leaf data of the log, 32 bytes. */
export function receiptCommitment(entry: ReceiptEntry, salt: Uint8Array): Uint8Array {
  return domainHash("anamnesis/receipt/1", salt, receiptEntry.encode(entry));
}

/** An entry with what opens its commitment: with it anyone can tell that the log is committed to this entry. */
export const receipt = defineFormat(
  "receipt",
  struct({ entry: receiptEntry, salt: fixedBytes(32) }),
  65_536 + 64,
);
export type Receipt = Infer<typeof receipt>;

/** The entry with its salt, sealed to the card's receipt key: only the owner reads the access log. */
export const sealedReceipt = defineFormat(
  "sealed-receipt",
  struct({ enc: fixedBytes(1120), ciphertext: varBytes(66_000) }),
  68_000,
);

const INFO = utf8ToBytes("anamnesis/receipt-seal/1");

/** @param receiptKey X-Wing public key of the card, 1216 bytes. Returns the encoded `sealed-receipt`. */
export async function sealReceipt(
  entry: ReceiptEntry,
  salt: Uint8Array,
  receiptKey: Uint8Array,
): Promise<{ commitment: Uint8Array; sealed: Uint8Array }> {
  const commitment = receiptCommitment(entry, salt);
  const plaintext = receipt.encode({ entry, salt });
  const info = concatBytes(INFO, fromHex(entry.segment));
  const sealed = await hpkeSeal({ publicKey: receiptKey, info, aad: commitment, plaintext });
  return { commitment, sealed: sealedReceipt.encode(sealed) };
}

/**
 * Opens an entry of the owner's own log, with the salt that proves it to others. Throws `hpke-open` or `receipt-mismatch` when the sealed entry is not the one
 * to which the log is committed.
 * @param receiptSeed 32 bytes, see `receiptKeySeed`.
 */
export async function openReceipt(
  segment: SegmentId,
  commitment: Uint8Array,
  sealed: Uint8Array,
  receiptSeed: Uint8Array,
): Promise<Receipt> {
  const info = concatBytes(INFO, fromHex(segment));
  const plaintext = await hpkeOpen({
    seed: receiptSeed,
    ...sealedReceipt.decode(sealed),
    info,
    aad: commitment,
  });
  const opened = receipt.decode(plaintext);
  const { entry, salt } = opened;
  if (entry.segment !== segment || !equalBytes(receiptCommitment(entry, salt), commitment)) {
    throw new AnamnesisError({
      code: "receipt-mismatch",
      rule: "A sealed receipt opens the commitment that stands in the log.",
      fix: "Keep both: together they prove that the custodian sealed something else than it committed to.",
    });
  }
  return opened;
}
