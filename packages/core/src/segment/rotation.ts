import { aesGcmOpen, aesGcmSeal } from "../crypto/aead.ts";
import { hkdf } from "../crypto/kdf.ts";
import { addressOf, isPoint, sign, verifyBy } from "../crypto/secp256k1.ts";
import { concatBytes, fromHex, toHex, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { fixedBytes, type Infer, struct } from "../encoding/codec.ts";
import type { Address, Hash32, SegmentId } from "../ids.ts";
import { type Intent, intentDigest, type LedgerIdentity, type SignedIntent } from "../ledger/intents.ts";
import type { OwnerKey } from "./ownerKeys.ts";
import { nextOwnerDigest } from "./segmentId.ts";

const CARRIED_BYTES = 80;

/**
 * What a card says of the rotation with which it begins: enough to verify the change of owner from the chain of cards alone, and
 * to bring the same word to the ledger.
 */
export const rotationWord = struct({
  /** Compressed SEC1: the key behind the standing next digest. */
  publicKey: fixedBytes(33),
  /** Its signature (r ‖ s ‖ v) on the intent `RotateOwner` that the card's own fields make. */
  signature: fixedBytes(65),
  /** What the new owner needs of the time before, see `sealCarried`. */
  carried: fixedBytes(CARRIED_BYTES),
});
export type RotationWord = Infer<typeof rotationWord>;

/** The fields of a card that a rotation is about. */
export interface RotatedTo {
  readonly segment: SegmentId;
  readonly generation: number;
  readonly owner: Address;
  readonly nextOwner: Hash32;
}

type RotateOwner = Extract<Intent, { type: "RotateOwner" }>;

function rotationIntent(
  { segment, generation, owner, nextOwner }: RotatedTo,
  shown: RotateOwner["shown"],
): RotateOwner {
  return { type: "RotateOwner", segment, generation, newOwner: owner, newNextOwner: nextOwner, shown };
}

/** @param key the one behind the standing next digest. */
export function signRotation(
  identity: LedgerIdentity,
  to: RotatedTo,
  key: Pick<OwnerKey, "secret" | "publicKey">,
): Pick<RotationWord, "publicKey" | "signature"> {
  const intent = rotationIntent(to, { publicKey: toHex(key.publicKey), opening: null });
  return { publicKey: key.publicKey, signature: sign(intentDigest(identity, intent), key.secret) };
}

/** @param standing the next digest of the card before. */
export function verifyRotationWord(
  identity: LedgerIdentity,
  to: RotatedTo,
  word: RotationWord,
  standing: Hash32,
): boolean {
  if (!isPoint(word.publicKey) || nextOwnerDigest(word.publicKey) !== standing) return false;
  const intent = rotationIntent(to, { publicKey: toHex(word.publicKey), opening: null });
  return verifyBy(intentDigest(identity, intent), word.signature, addressOf(word.publicKey));
}

/**
 * The intent of a rotation card, ready for the ledger.
 * @param first the segment's first card: with the first rotation the ledger has to see what the segment id is the digest of.
 */
export function rotationOnLedger(
  card: RotatedTo & { readonly rotation: RotationWord },
  first: { readonly owner: Address; readonly nextOwner: Hash32; readonly kind: Hash32 },
): SignedIntent {
  const { owner, nextOwner, kind } = first;
  const opening = card.generation === 1 ? { owner, nextOwner, kind } : null;
  const { publicKey, signature } = card.rotation;
  return { intent: rotationIntent(card, { publicKey: toHex(publicKey), opening }), signatures: [signature] };
}

/** What goes from an owner to the next one inside a rotation card, for the new owner's eyes alone. */
export interface Carried {
  /** Seed of the receipt key of the generation before, 32 bytes: the access log of that time stays readable. */
  readonly receiptKey: Uint8Array;
  /** Salt of the kind's commitment, 32 bytes: another seed than the one that made the segment cannot derive it. */
  readonly kindSalt: Uint8Array;
}

function carriedKey(receiptKey: Uint8Array, segment: SegmentId, generation: number): Uint8Array {
  const info = concatBytes(utf8ToBytes("anamnesis/carried/1"), fromHex(segment), uintBytes(generation, 4));
  return hkdf(receiptKey, { info, length: 32 });
}

// The key is used once: a generation has one predecessor, and a repeated sealing gives the same bytes.
const NONCE = new Uint8Array(12);

/**
 * 80 bytes that open under a key from the new generation's receipt key: so the newest root alone leads back through all
 * generations, as links do through all epochs.
 * @param receiptKey seed of the new generation's receipt key, 32 bytes.
 */
export async function sealCarried(
  segment: SegmentId,
  generation: number,
  receiptKey: Uint8Array,
  carried: Carried,
): Promise<Uint8Array> {
  const plaintext = concatBytes(carried.receiptKey, carried.kindSalt);
  return aesGcmSeal(carriedKey(receiptKey, segment, generation), NONCE, plaintext, new Uint8Array());
}

/** Throws `aead-open`. */
export async function openCarried(
  segment: SegmentId,
  generation: number,
  receiptKey: Uint8Array,
  sealed: Uint8Array,
): Promise<Carried> {
  const key = carriedKey(receiptKey, segment, generation);
  const plaintext = await aesGcmOpen(key, NONCE, sealed, new Uint8Array());
  return { receiptKey: plaintext.slice(0, 32), kindSalt: plaintext.slice(32) };
}
