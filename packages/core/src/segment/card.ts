import { address, array, fixedBytes, hash32, nullable, struct, uint, type Infer } from "../encoding/codec.ts";
import { defineFormat, type Format } from "../encoding/format.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import type { TypedData } from "../encoding/eip712.ts";
import { typedDataDigest } from "../encoding/eip712.ts";
import { verifyBy } from "../crypto/secp256k1.ts";
import { AnamnesisError } from "../errors.ts";
import type { Digest, OrganisationId, SegmentId } from "../ids.ts";
import { rotationWord, verifyRotationWord } from "./rotation.ts";
import { segmentIdOf } from "./segmentId.ts";

const cardFields = {
  segment: hash32<SegmentId>(),
  owner: address,
  /** Digest of the next owner's public key, see `nextOwnerDigest`. */
  nextOwner: hash32(),
  kind: hash32(),
  /** 0 for the first card, then 1, 2, … */
  number: uint(0xffff_ffff),
  /** Digest of the card before; `null` in the first. */
  previous: nullable(hash32<Digest>()),
  epoch: uint(0xffff_ffff),
  /** X-Wing public key of this epoch: lock A. */
  segmentKey: fixedBytes(1216),
  /** X-Wing public key to which custodians seal receipts. */
  receiptKey: fixedBytes(1216),
  /** The previous epoch's segment key, sealed under this one's (48 bytes); `null` in epoch 0. */
  link: nullable(fixedBytes(48)),
  /** Members that keep this segment's headers and wraps. */
  homes: array(hash32<OrganisationId>(), 16, 2),
  /** Rotations of the owner up to and with this card. */
  generation: uint(0xffff_ffff),
  /** Which organisation made and holds the owner's keys for somebody who has none yet; `null`: the patient holds them. */
  provisional: nullable(hash32<OrganisationId>()),
  /** In the first card of each later generation: the word of the key behind the standing next digest. */
  rotation: nullable(rotationWord),
};

/** A segment's public page, without its signature. */
export const cardBody = defineFormat("card-body", struct(cardFields), 8192);
export type CardBody = Infer<typeof cardBody>;

/** A segment's public page: numbered, chained, signed by the owner. */
export const card: Format<{ readonly body: CardBody; readonly signature: Uint8Array }> = defineFormat(
  "card",
  struct({ body: cardBody, signature: fixedBytes(65) }),
  8192,
);
export type Card = Infer<typeof card>;

export function cardDigest(body: CardBody): Digest {
  return cardBody.digest(body);
}

/** What the owner signs: EIP-712, so that a wallet account can be the owner. */
export function cardTypedData(identity: LedgerIdentity, body: CardBody): TypedData {
  return {
    domain: ledgerDomain(identity, "consents"),
    primaryType: "Card",
    fields: [
      { type: "string", name: "statement" },
      { type: "bytes32", name: "segment" },
      { type: "uint64", name: "number" },
      { type: "bytes32", name: "card" },
    ],
    message: {
      statement: "I publish this page of my record: its keys and where it is kept.",
      segment: body.segment,
      number: body.number,
      card: cardDigest(body),
    },
  };
}

function badCard(rule: string, reason: string): AnamnesisError<"bad-card"> {
  return new AnamnesisError({
    code: "bad-card",
    rule,
    fix: "Fetch the segment's newest card from one of its homes and build the next one on it.",
    meta: { reason },
  });
}

/**
 * A card stands as the first (`previous` null) or as the next one after `previous`; with a rotation its owner is the one that the key
 * behind the previous next digest named. Throws `bad-card` with `meta.reason`: `segment`, `signature`, `number`, `chain`, `owner`,
 * `epoch`, `homes`, `provisional`, `rotation`.
 */
export function verifyCard(identity: LedgerIdentity, next: Card, previous: Card | null): void {
  const { body } = next;
  if (new Set(body.homes).size !== body.homes.length) throw badCard("A card names each home once.", "homes");
  if (previous === null) verifyFirst(body);
  else verifyNext(identity, body, previous.body);
  if (!verifyBy(typedDataDigest(cardTypedData(identity, body)), next.signature, body.owner)) {
    throw badCard("A card is signed by the segment's owner.", "signature");
  }
}

/** Every card of a segment, from its first. Throws `bad-card` as `verifyCard`; of no cards `meta.reason` is `number`. */
export function verifyChain(identity: LedgerIdentity, cards: readonly Card[]): void {
  if (cards.length === 0) throw badCard("A chain has a first card.", "number");
  cards.forEach((card, i) => verifyCard(identity, card, cards[i - 1] ?? null));
}

function verifyFirst(body: CardBody): void {
  if (body.number !== 0 || body.previous !== null) throw badCard("A first card has number 0.", "number");
  if (body.epoch !== 0 || body.link !== null) throw badCard("A first card begins with epoch 0.", "epoch");
  if (body.generation !== 0 || body.rotation !== null) {
    throw badCard("A segment begins with its first owner.", "rotation");
  }
  if (segmentIdOf(body.owner, body.nextOwner, body.kind) !== body.segment) {
    throw badCard("A segment id is the hash of owner, next owner and kind.", "segment");
  }
}

function verifyNext(identity: LedgerIdentity, body: CardBody, last: CardBody): void {
  if (body.segment !== last.segment || body.kind !== last.kind) {
    throw badCard("A card's chain is about one segment.", "segment");
  }
  if (body.number !== last.number + 1) throw badCard("Cards are numbered without gaps.", "number");
  if (body.previous !== cardDigest(last))
    throw badCard("A card names the digest of the one before.", "chain");
  if (body.epoch > 0 !== (body.link !== null))
    throw badCard("A link leads from each epoch but the first.", "epoch");
  if (body.rotation === null) {
    const same = body.owner === last.owner && body.nextOwner === last.nextOwner;
    if (!same || body.generation !== last.generation) {
      throw badCard("Only a rotation changes a segment's owner.", "owner");
    }
    if (body.provisional !== last.provisional) {
      throw badCard("Keys are provisional until a rotation takes them over.", "provisional");
    }
    if (body.epoch !== last.epoch && body.epoch !== last.epoch + 1) {
      throw badCard("An epoch follows the one before.", "epoch");
    }
    return;
  }
  if (body.generation !== last.generation + 1) {
    throw badCard("Rotations are counted without gaps.", "rotation");
  }
  if (body.provisional !== null) {
    throw badCard("A rotation gives a segment to who holds its keys.", "provisional");
  }
  if (body.epoch !== last.epoch + 1) throw badCard("A rotation begins an epoch.", "epoch");
  if (!verifyRotationWord(identity, body, body.rotation, last.nextOwner)) {
    throw badCard("The key behind the next owner's digest names the new owner.", "rotation");
  }
}
