import { array, fixedBytes, hash32, oneOf, optional, struct, uint, type Infer } from "../encoding/codec.ts";
import { concatBytes, fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { delegation } from "../consent/delegation.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, ConsentId, Digest, UnixSeconds } from "../ids.ts";
import { segmentOpening } from "../segment/segmentId.ts";
import { openPart, sealedPart, sealPart } from "./letter.ts";
import { plainWords } from "./plainWords.ts";

/** Characters of what a patient may write beside the answer. */
export const MAX_ANSWER_MESSAGE = 300;

/** What the patient says to a request. It permits nothing: consents do, and they reach the requester as every grant does. */
export const consentAnswer = defineFormat(
  "consent-answer",
  struct({
    outcome: oneOf(["granted", "denied"]),
    /** What was granted, possibly less than was asked; empty when denied. */
    consents: array(hash32<ConsentId>(), 32),
    message: plainWords(MAX_ANSWER_MESSAGE),
  }),
  4096 - 4,
);
export type ConsentAnswer = Infer<typeof consentAnswer>;

const body = defineFormat(
  "sealed-consent-answer-body",
  struct({
    /** See `consentRequestId`. */
    request: hash32<Digest>(),
    /** Proves with whom the segment began; the signer is its owner now. */
    opening: segmentOpening,
    time: uint<UnixSeconds>(2 ** 40),
    /** The `consent-answer`, to the key card that the request names. */
    toRequester: sealedPart,
    /** The same, to the segment's own receipt key: another device of the patient's reads what this one said. */
    toOwner: sealedPart,
  }),
  16_384,
);
export type SealedConsentAnswerBody = Infer<typeof body>;

/** What the homes keep beside the request. Granted and denied are of one length. */
export const sealedConsentAnswer = defineFormat(
  "sealed-consent-answer",
  struct({
    body,
    signature: fixedBytes(65),
    /** By which the signer answers in the owner's place; absent when the owner signed. */
    delegation: optional(delegation),
  }),
  16_384,
);
export type SealedConsentAnswer = Infer<typeof sealedConsentAnswer>;

/** What the owner signs, 32 bytes. */
export function consentAnswerDigest(value: SealedConsentAnswerBody): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function consentAnswerSigner(value: SealedConsentAnswer): Address | null {
  try {
    return recoverAddress(consentAnswerDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

type Outside = Pick<SealedConsentAnswerBody, "request" | "opening" | "time">;

function sealing({ request, time }: Outside, reader: "owner" | "requester") {
  return {
    format: consentAnswer,
    domain: `anamnesis/consent-answer/${reader}/1`,
    bound: concatBytes(fromHex(request), uintBytes(time, 6)),
    unit: 4096,
  };
}

/** @param keys X-Wing public keys, 1216 bytes each: of the key card that the request names, and the segment's receipt key. */
export async function sealConsentAnswer(
  outside: Outside,
  value: ConsentAnswer,
  keys: { readonly kem: Uint8Array; readonly receiptKey: Uint8Array },
): Promise<SealedConsentAnswerBody> {
  return {
    ...outside,
    toRequester: await sealPart(sealing(outside, "requester"), value, keys.kem),
    toOwner: await sealPart(sealing(outside, "owner"), value, keys.receiptKey),
  };
}

/** @param seed of the requester's key card or of the receipt key, 32 bytes. Throws `hpke-open`, `bad-padding` and what a decoder throws. */
export function openConsentAnswer(
  value: SealedConsentAnswerBody,
  reader: "owner" | "requester",
  seed: Uint8Array,
): Promise<ConsentAnswer> {
  const part = reader === "owner" ? value.toOwner : value.toRequester;
  return openPart(sealing(value, reader), part, seed);
}
