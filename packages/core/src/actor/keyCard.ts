import { fixedBytes, hash32, nullable, oneOf, struct, text, type Infer } from "../encoding/codec.ts";
import { defineFormat } from "../encoding/format.ts";
import type { ActorId, Digest, OrganisationId } from "../ids.ts";

/** Whom a key card is about; the ledger says which card is the current one. */
export const KEY_CARD_SUBJECTS = ["organisation", "practitioner", "staff", "device"] as const;

/**
 * The public keys of an organisation, practitioner, staff member or device. The directory on the ledger
 * holds the secp256k1 account and this structure's digest; the bytes are content-addressed.
 */
export const keyCard = defineFormat(
  "key-card",
  struct({
    subject: oneOf(KEY_CARD_SUBJECTS),
    /** As colleagues and patients know it, e.g. "Dr. Ada Example". */
    name: text(200),
    /** Whose person or device it is; on a card by which an organisation replaces an earlier one itself, and `null` on its first. */
    organisation: nullable(hash32<OrganisationId>()),
    /** Compressed SEC1: intents, headers, requests. */
    secp256k1: fixedBytes(33),
    /** HTTP Message Signatures, log heads, custodian's answers. */
    ed25519: fixedBytes(32),
    /** X-Wing: what is sealed to this actor. */
    kem: fixedBytes(1216),
  }),
  4096,
);
export type KeyCard = Infer<typeof keyCard>;

export function keyCardDigest(value: KeyCard): Digest {
  return keyCard.digest(value);
}

/** The id of the actor whose first key card this is. */
export function actorIdOf(first: KeyCard): ActorId {
  return keyCard.digest(first) as string as ActorId;
}

/** The id of the organisation whose first key card this is. */
export function organisationIdOf(first: KeyCard): OrganisationId {
  return keyCard.digest(first) as string as OrganisationId;
}
