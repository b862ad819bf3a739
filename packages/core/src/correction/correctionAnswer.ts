import {
  badField,
  fixedBytes,
  hash32,
  mapped,
  nullable,
  oneOf,
  struct,
  uint,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, Digest, RecordId, UnixSeconds } from "../ids.ts";
import { asker } from "../request/consentRequest.ts";
import { openPart, sealedPart, sealPart } from "../request/letter.ts";
import { plainWords } from "../request/plainWords.ts";

/** Characters of what the author says to the owner. */
export const MAX_CORRECTION_ANSWER = 500;

const said = struct({
  outcome: oneOf(["corrected", "declined"]),
  /** The record that took the place of the one in question, when who answers knows it: the owner looks whether it did. */
  successor: nullable(hash32<RecordId>()),
  /** Why it is declined; may be empty with `corrected`. */
  message: plainWords(MAX_CORRECTION_ANSWER),
});

/** Who declines says why, and names no successor. */
function requireReason(value: Infer<typeof said>, path: string): Infer<typeof said> {
  if (value.outcome === "corrected") return value;
  if (value.message.trim() === "") throw badField(`${path}.message`, "a reason");
  if (value.successor !== null) throw badField(`${path}.successor`, "null");
  return value;
}

/** What an author says to a correction. The record itself shows whether it was amended. */
export const correctionAnswer = defineFormat(
  "correction-answer",
  mapped(said, requireReason, (value) => requireReason(value, "correction-answer")),
  4096 - 4,
);
export type CorrectionAnswer = Infer<typeof correctionAnswer>;

const body = defineFormat(
  "sealed-correction-answer-body",
  struct({
    /** See `correctionId`. */
    correction: hash32<Digest>(),
    /** A person of the record's author. */
    answerer: asker,
    time: uint<UnixSeconds>(2 ** 40),
    /** The `correction-answer`, to the segment's receipt key. */
    toOwner: sealedPart,
  }),
  8192,
);
export type SealedCorrectionAnswerBody = Infer<typeof body>;

/** What is kept beside the correction. Corrected and declined are of one length. */
export const sealedCorrectionAnswer = defineFormat(
  "sealed-correction-answer",
  struct({ body, signature: fixedBytes(65) }),
  8192,
);
export type SealedCorrectionAnswer = Infer<typeof sealedCorrectionAnswer>;

/** What the answerer's secp256k1 key signs, 32 bytes. */
export function correctionAnswerDigest(value: SealedCorrectionAnswerBody): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function correctionAnswerSigner(value: SealedCorrectionAnswer): Address | null {
  try {
    return recoverAddress(correctionAnswerDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

type Outside = Omit<SealedCorrectionAnswerBody, "toOwner">;

function sealing({ correction, answerer, time }: Outside) {
  return {
    format: correctionAnswer,
    domain: "anamnesis/correction-answer/owner/1",
    bound: concatBytes(
      fromHex(correction),
      fromHex(answerer.actor),
      fromHex(answerer.organisation),
      fromHex(answerer.keyCard),
      uintBytes(time, 6),
    ),
    unit: 4096,
  };
}

/** @param receiptKey X-Wing public key of the segment's card, 1216 bytes. Throws `bad-field`. */
export async function sealCorrectionAnswer(
  outside: Outside,
  value: CorrectionAnswer,
  receiptKey: Uint8Array,
): Promise<SealedCorrectionAnswerBody> {
  return { ...outside, toOwner: await sealPart(sealing(outside), value, receiptKey) };
}

/** @param seed of the receipt key, 32 bytes. Throws `hpke-open`, `bad-padding` and what a decoder throws. */
export function openCorrectionAnswer(
  value: SealedCorrectionAnswerBody,
  seed: Uint8Array,
): Promise<CorrectionAnswer> {
  return openPart(sealing(value), value.toOwner, seed);
}
