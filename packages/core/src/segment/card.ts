import {
  address,
  array,
  fixedBytes,
  hash32,
  nullable,
  reserved,
  struct,
  uint,
  type Infer,
} from "../encoding/codec.ts";
import { defineFormat, type Format } from "../encoding/format.ts";
import { ledgerDomain, type LedgerIdentity } from "../ledger/intents.ts";
import type { TypedData } from "../encoding/eip712.ts";
import { typedDataDigest } from "../encoding/eip712.ts";
import { verifyBy } from "../crypto/secp256k1.ts";
import { AnamnesisError } from "../errors.ts";
import type { Digest, OrganisationId, SegmentId } from "../ids.ts";
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
  provisional: reserved,
  rotation: reserved,
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
 * A card stands as the first (`previous` null) or as the next one after `previous`. Throws `bad-card` with
 * `meta.reason`: `segment`, `signature`, `number`, `chain`, `owner`, `epoch`, `homes`.
 */
export function verifyCard(identity: LedgerIdentity, next: Card, previous: Card | null): void {
  const { body } = next;
  if (new Set(body.homes).size !== body.homes.length) throw badCard("A card names each home once.", "homes");
  if (previous === null) {
    if (body.number !== 0 || body.previous !== null) throw badCard("A first card has number 0.", "number");
    if (body.epoch !== 0 || body.link !== null) throw badCard("A first card begins with epoch 0.", "epoch");
    if (segmentIdOf(body.owner, body.nextOwner, body.kind) !== body.segment) {
      throw badCard("A segment id is the hash of owner, next owner and kind.", "segment");
    }
  } else {
    const last = previous.body;
    if (body.segment !== last.segment || body.kind !== last.kind) {
      throw badCard("A card's chain is about one segment.", "segment");
    }
    if (body.number !== last.number + 1) throw badCard("Cards are numbered without gaps.", "number");
    if (body.previous !== cardDigest(last))
      throw badCard("A card names the digest of the one before.", "chain");
    if (body.owner !== last.owner || body.nextOwner !== last.nextOwner) {
      throw badCard("Only a rotation changes a segment's owner.", "owner");
    }
    if (body.epoch !== last.epoch && body.epoch !== last.epoch + 1) {
      throw badCard("An epoch follows the one before.", "epoch");
    }
    if (body.epoch > 0 !== (body.link !== null))
      throw badCard("A link leads from each epoch but the first.", "epoch");
  }
  if (!verifyBy(typedDataDigest(cardTypedData(identity, body)), next.signature, body.owner)) {
    throw badCard("A card is signed by the segment's owner.", "signature");
  }
}
