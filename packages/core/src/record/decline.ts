import { array, fixedBytes, hash32, struct, uint, type Infer } from "../encoding/codec.ts";
import { concatBytes, equalSecret, fromHex, uintBytes } from "../encoding/bytes.ts";
import { defineFormat } from "../encoding/format.ts";
import { domainHash } from "../encoding/hash.ts";
import { kemKeyPair } from "../crypto/hpke.ts";
import { recoverAddress } from "../crypto/secp256k1.ts";
import type { Address, BodyLabel, Digest, OrganisationId, RecordId, UnixSeconds } from "../ids.ts";
import { asker } from "../request/consentRequest.ts";
import { openPart, sealedPart, sealPart } from "../request/letter.ts";
import { someWords } from "../request/someWords.ts";
import { bodyLabel, type RecordBody } from "./header.ts";
import { provesOpening } from "./openContent.ts";
import { recordIdOf } from "./recordId.ts";

/** Characters of a reason. */
export const MAX_DECLINE_REASON = 500;
/** People and devices of the author to whom one decline is sealed. */
export const MAX_DECLINE_RECIPIENTS = 16;

/** Why an organisation does not sign. It may say something about the patient, so it is never in the clear. */
export const declineReason = defineFormat(
  "decline-reason",
  struct({ reason: someWords(MAX_DECLINE_REASON, "reason") }),
  4096,
);

const body = defineFormat(
  "decline-body",
  struct({
    /** Whose record it is. */
    organisation: hash32<OrganisationId>(),
    record: hash32<RecordId>(),
    /** The very header that is declined. */
    label: hash32<BodyLabel>(),
    /** A person of an organisation that was to co-sign it. */
    decliner: asker,
    time: uint<UnixSeconds>(2 ** 40),
    /** `declineOpening`: who declines has opened the record, as who signs it has. */
    opened: fixedBytes(32),
    /** The `decline-reason` to whoever opens the record, see `readersSeed`. */
    toReaders: sealedPart,
    /** The same to people and devices of the author, who may not be permitted to open it. */
    toAuthor: array(struct({ keyCard: hash32<Digest>(), part: sealedPart }), MAX_DECLINE_RECIPIENTS),
  }),
  96 * 1024,
);
export type DeclineBody = Infer<typeof body>;

/** One person's signed word that their organisation does not sign a record. It changes nothing on the ledger: the record stays preliminary. */
export const decline = defineFormat("decline", struct({ body, signature: fixedBytes(65) }), 96 * 1024);
export type Decline = Infer<typeof decline>;

/** What the decliner's secp256k1 key signs, 32 bytes. */
export function declineDigest(value: DeclineBody): Uint8Array {
  return fromHex(body.digest(value));
}

/** Account that signed; `null` when the signature is no signature. */
export function declineSigner(value: Decline): Address | null {
  try {
    return recoverAddress(declineDigest(value.body), value.signature);
  } catch {
    return null;
  }
}

/**
 * Shows who has kc that this decliner had it, and gives it to nobody: a word is read by whoever asks, and kc is what an endorsement asks for.
 * SHA-256("anamnesis/decline-opening/1" ‖ kc ‖ label ‖ actor ‖ organisation ‖ key card of the decliner), 32 bytes. @param kc from `proofOfOpening`, 32 bytes.
 */
export function declineOpening(
  kc: Uint8Array,
  { label, decliner }: Pick<DeclineBody, "label" | "decliner">,
): Uint8Array {
  const { actor, organisation, keyCard } = decliner;
  const parts = [label, actor, organisation, keyCard].map((part) => fromHex(part));
  return domainHash("anamnesis/decline-opening/1", kc, ...parts);
}

/** Whether who declined had both locks of this header open. @param kc from `proofOfOpening`. */
export function declinedOpened(value: DeclineBody, header: RecordBody, kc: Uint8Array): boolean {
  return provesOpening(header, kc) && equalSecret(declineOpening(kc, value), value.opened);
}

/** Whether it is about this very header. */
export function declines(value: DeclineBody, header: RecordBody): boolean {
  return (
    value.label === bodyLabel(header) &&
    value.organisation === header.core.organisation &&
    value.record === recordIdOf(header.U)
  );
}

type Outside = Pick<DeclineBody, "organisation" | "record" | "label" | "decliner" | "time" | "opened">;

/** Nobody passes a reason on as the own, or for another record: it opens beside these alone. */
function sealing({ label, decliner, time }: Outside, reader: "readers" | "author") {
  return {
    format: declineReason,
    domain: `anamnesis/decline/${reader}/1`,
    bound: concatBytes(
      fromHex(label),
      fromHex(decliner.actor),
      fromHex(decliner.organisation),
      fromHex(decliner.keyCard),
      uintBytes(time, 6),
    ),
    unit: 1024,
  };
}

/**
 * @param keys `readersSeed` of the record (32 bytes), and X-Wing public keys (1216 bytes) of key cards of the author.
 * Throws `bad-field` for a reason that is empty, too long or has hidden characters, `bad-kem-key`.
 */
export async function sealDecline(
  outside: Outside,
  reason: string,
  keys: {
    readonly readersSeed: Uint8Array;
    readonly author: readonly { readonly keyCard: Digest; readonly kem: Uint8Array }[];
  },
): Promise<DeclineBody> {
  const { publicKey } = await kemKeyPair(keys.readersSeed);
  const toReaders = await sealPart(sealing(outside, "readers"), { reason }, publicKey);
  const toAuthor = await Promise.all(
    keys.author.map(async ({ keyCard, kem }) => ({
      keyCard,
      part: await sealPart(sealing(outside, "author"), { reason }, kem),
    })),
  );
  return { ...outside, toReaders, toAuthor };
}

/** The reason as a reader of the record opens it. Throws `hpke-open`, `bad-padding` and what a decoder throws. */
export async function openDecline(value: DeclineBody, readersSeed: Uint8Array): Promise<string> {
  return (await openPart(sealing(value, "readers"), value.toReaders, readersSeed)).reason;
}

/** The reason as somebody of the author opens it; `null` when it was not sealed to this key card. Throws as `openDecline`. @param seed of the key card, 32 bytes. */
export async function openDeclineAsAuthor(
  value: DeclineBody,
  keyCard: Digest,
  seed: Uint8Array,
): Promise<string | null> {
  const found = value.toAuthor.find((one) => one.keyCard === keyCard);
  return found === undefined ? null : (await openPart(sealing(value, "author"), found.part, seed)).reason;
}
