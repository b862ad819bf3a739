import { fixedBytes, hash32, optional, struct, uint, type Infer } from "../encoding/codec.ts";
import { fromHex } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { delegation } from "../consent/delegation.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, Digest, UnixSeconds } from "../ids.ts";
import { segmentOpening } from "../segment/segmentId.ts";

const body = defineFormat(
  "correction-withdrawal-body",
  struct({
    /** See `correctionId`. */
    correction: hash32<Digest>(),
    opening: segmentOpening,
    time: uint<UnixSeconds>(2 ** 40),
  }),
  2048,
);

/** The owner's word that nobody is to answer a correction any more. Good for this one alone and for ever, so that whoever brings it again changes nothing. */
export const correctionWithdrawal = defineFormat(
  "correction-withdrawal",
  struct({
    body,
    signature: fixedBytes(65),
    /** By which the signer withdraws in the owner's place; absent when the owner signed. */
    delegation: optional(delegation),
  }),
  8192,
);
export type CorrectionWithdrawal = Infer<typeof correctionWithdrawal>;

/** What the owner signs, 32 bytes. */
export function correctionWithdrawalDigest(value: CorrectionWithdrawal["body"]): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function correctionWithdrawalSigner(value: CorrectionWithdrawal): Address | null {
  try {
    return recoverAddress(correctionWithdrawalDigest(value.body), value.signature);
  } catch {
    return null;
  }
}
