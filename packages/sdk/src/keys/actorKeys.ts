import { actorIdOf, keyCard, type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { ed25519PublicKey } from "@anamnesis/core/crypto/ed25519";
import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { publicKeyOf, scalarFromSeed } from "@anamnesis/core/crypto/secp256k1";
import { fixedBytes, hash32, type Infer, optional, struct } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { ActorId, Digest, OrganisationId } from "@anamnesis/core/ids";

/** The keys of a practitioner, staff member or device, with the card that the directory knows. Secret: see `encryptKeys`. */
export const actorKeys = defineFormat(
  "actor-keys",
  struct({
    card: keyCard,
    /** Whose they are when they took the place of earlier ones; else the id follows from the card. */
    actor: optional(hash32<ActorId>()),
    /** Scalar: requests, and headers that a device seals. */
    secp256k1: fixedBytes(32),
    /** HTTP Message Signatures. */
    ed25519: fixedBytes(32),
    /** X-Wing seed: opens grants. */
    kem: fixedBytes(32),
  }),
  8192,
);
export type ActorKeys = Infer<typeof actorKeys>;

/** Fresh keys and their card; nobody knows them until the organisation's node has registered the card. */
export async function createActorKeys(parameters: {
  readonly subject: "practitioner" | "staff" | "device";
  /** As patients and colleagues know it. */
  readonly name: string;
  readonly organisation: OrganisationId;
  /** Whose earlier keys these replace. */
  readonly actor?: ActorId;
  readonly random: (length: number) => Uint8Array;
}): Promise<ActorKeys> {
  const { subject, name, organisation, actor, random } = parameters;
  const secp256k1 = scalarFromSeed(random(48));
  const ed25519 = random(32);
  const kem = random(32);
  const card: KeyCard = {
    subject,
    name,
    organisation,
    secp256k1: publicKeyOf(secp256k1),
    ed25519: ed25519PublicKey(ed25519),
    kem: (await kemKeyPair(kem)).publicKey,
  };
  return { card, secp256k1, ed25519, kem, ...(actor === undefined ? {} : { actor }) };
}

export function actorOf(keys: ActorKeys): ActorId {
  return keys.actor ?? actorIdOf(keys.card);
}

export function cardDigestOf(keys: ActorKeys): Digest {
  return keyCardDigest(keys.card);
}
