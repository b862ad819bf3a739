import {
  array,
  fixedBytes,
  hash32,
  nullable,
  optional,
  struct,
  text,
  uint,
  varBytes,
  type Infer,
} from "../encoding/codec.ts";
import { concatBytes, fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { delegation } from "../consent/delegation.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import { AnamnesisError } from "../errors.ts";
import type { Address, Digest, OrganisationId, RecordId, UnixSeconds } from "../ids.ts";
import { header } from "../record/header.ts";
import { recordIdOf } from "../record/recordId.ts";
import { openPart, sealedPart, sealPart } from "../request/letter.ts";
import { someWords } from "../request/someWords.ts";
import { segmentIdOfOpening, segmentOpening } from "../segment/segmentId.ts";

/** Characters in which an owner says what is wrong. */
export const MAX_CORRECTION_MESSAGE = 500;
/** Bytes of what an owner proposes instead. */
export const MAX_PROPOSED_BYTES = 6144;
/** People of the author to whom one correction is sealed. */
export const MAX_CORRECTION_RECIPIENTS = 16;
/** Longest time for which a correction waits, seconds: 90 days, the longest that GDPR Art. 12(3) gives. */
export const LONGEST_CORRECTION = 90 * 86_400;

const time = uint<UnixSeconds>(2 ** 40);

/** What an owner asks of a record's author. It changes nothing: the author writes an amendment of the author's own making, or none. */
export const correction = defineFormat(
  "correction",
  struct({
    /** Of the record: whoever gets this need not be permitted to list the segment. */
    header,
    /** With them the author's people open this record and no other one; the header commits to both. */
    k1: fixedBytes(32),
    G: fixedBytes(33),
    /** What is wrong, plain text. */
    message: someWords(MAX_CORRECTION_MESSAGE, "message"),
    /** What the owner would like to stand there, such as a FHIR Patient with the right address; `null`: words alone. */
    proposed: nullable(struct({ mediaType: text(128), bytes: varBytes(MAX_PROPOSED_BYTES) })),
  }),
  12_288 - 4,
);
export type Correction = Infer<typeof correction>;

/** Something sealed to people of an organisation, by key card. */
const partsByCard = array(
  struct({ keyCard: hash32<Digest>(), part: sealedPart }),
  MAX_CORRECTION_RECIPIENTS,
  1,
);

const body = defineFormat(
  "sealed-correction-body",
  struct({
    /** Of the record's segment: proves with whom it began; the signer is its owner now. */
    opening: segmentOpening,
    /** Whose record it is. */
    organisation: hash32<OrganisationId>(),
    record: hash32<RecordId>(),
    time,
    /** When it stops waiting for an answer; at most 90 days after `time`. */
    expiresAt: time,
    /** The `correction`, to the segment's receipt key: the owner's other devices read what was asked. */
    toOwner: sealedPart,
    /** The same, to people of the author. */
    toAuthor: partsByCard,
  }),
  256 * 1024,
);
export type SealedCorrectionBody = Infer<typeof body>;

/** What waits at the author's node and at the segment's homes. */
export const sealedCorrection = defineFormat(
  "sealed-correction",
  struct({
    body,
    signature: fixedBytes(65),
    /** By which the signer asks in the owner's place; absent when the owner signed. */
    delegation: optional(delegation),
  }),
  256 * 1024,
);
export type SealedCorrection = Infer<typeof sealedCorrection>;

/** What the owner signs, 32 bytes, and the correction's name: by it answers and withdrawals name it. */
export function correctionId(value: SealedCorrectionBody): Digest {
  return body.digest(value);
}

/** Account that signed; `null` when the signature is no signature. */
export function correctionSigner(value: SealedCorrection): Address | null {
  try {
    return recoverAddress(fromHex(correctionId(value.body)), value.signature);
  } catch {
    return null;
  }
}

type Outside = Pick<SealedCorrectionBody, "opening" | "organisation" | "record" | "time" | "expiresAt">;

/** It opens beside this segment, author, record and times alone: nobody sends it on about another record. */
function sealing({ opening, organisation, record, ...times }: Outside, reader: "author" | "owner") {
  return {
    format: correction,
    domain: `anamnesis/correction/${reader}/1`,
    bound: concatBytes(
      fromHex(segmentIdOfOpening(opening)),
      fromHex(organisation),
      fromHex(record),
      uintBytes(times.time, 6),
      uintBytes(times.expiresAt, 6),
    ),
    unit: 4096,
  };
}

/**
 * @param keys X-Wing public keys, 1216 bytes each: the segment's receipt key, and key cards of people of the author.
 * Throws `bad-correction` when the header is not of the record that stands outside, `bad-field` for words that are none, too long or hidden, `bad-kem-key`.
 */
export async function sealCorrection(
  outside: Outside,
  value: Correction,
  keys: {
    readonly receiptKey: Uint8Array;
    readonly author: readonly { readonly keyCard: Digest; readonly kem: Uint8Array }[];
  },
): Promise<SealedCorrectionBody> {
  requireAbout(outside, value);
  const toOwner = await sealPart(sealing(outside, "owner"), value, keys.receiptKey);
  const toAuthor = await Promise.all(
    keys.author.map(async ({ keyCard, kem }) => ({
      keyCard,
      part: await sealPart(sealing(outside, "author"), value, kem),
    })),
  );
  return { ...outside, toOwner, toAuthor };
}

/** As the owner. @param seed of the receipt key, 32 bytes. Throws `hpke-open`, `bad-padding`, `bad-correction` and what a decoder throws. */
export async function openOwnCorrection(value: SealedCorrectionBody, seed: Uint8Array): Promise<Correction> {
  return requireAbout(value, await openPart(sealing(value, "owner"), value.toOwner, seed));
}

/** As somebody of the author; `null` when it was not sealed to this key card. @param seed of the key card, 32 bytes. Throws as `openOwnCorrection`. */
export async function openCorrection(
  value: SealedCorrectionBody,
  keyCard: Digest,
  seed: Uint8Array,
): Promise<Correction | null> {
  const found = value.toAuthor.find((one) => one.keyCard === keyCard);
  if (found === undefined) return null;
  return requireAbout(value, await openPart(sealing(value, "author"), found.part, seed));
}

function requireAbout(outside: Outside, value: Correction): Correction {
  const { core, U } = value.header.body;
  const fits =
    recordIdOf(U) === outside.record &&
    core.organisation === outside.organisation &&
    core.segment === segmentIdOfOpening(outside.opening);
  if (fits) return value;
  throw new AnamnesisError({
    code: "bad-correction",
    rule: "A correction carries the header of the very record about which it is.",
    fix: "Have it asked anew; nothing was taken from this one.",
  });
}
