import { actorIdOf, type KeyCard, keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { addressOf } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId } from "@anamnesis/core/ids";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { ActorRole } from "@anamnesis/core/ports/ledger";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { keepKeyCard } from "./keyCards.ts";

/**
 * Registers a person or device of this organisation, or changes its role, status or keys: keeps the key card and sends the
 * organisation's signed intent to the ledger. The same wish again does nothing. Throws `bad-actor`.
 */
export async function setActor(
  context: NodeContext,
  value: {
    readonly keyCard: KeyCard;
    readonly role: ActorRole;
    readonly active: boolean;
    /** Whose keys these are from now on; by default who has this as the first card. */
    readonly actor?: ActorId;
  },
): Promise<ActorId> {
  const { keyCard, role, active } = value;
  if (keyCard.organisation !== context.organisation || keyCard.subject !== role) {
    throw new AnamnesisError({
      code: "bad-actor",
      rule: "An organisation registers its own people and devices, by a key card that says the same.",
      fix: "Make the key card with this organisation's id and the role as its subject.",
    });
  }
  const actor = value.actor ?? actorIdOf(keyCard);
  const known = await context.copy.actor(actor);
  if (value.actor !== undefined && known?.organisation !== context.organisation) {
    throw new AnamnesisError({
      code: "bad-actor",
      rule: "Keys are replaced of somebody whom this organisation registered.",
      fix: "Give the id that the directory shows, or register the first key card.",
    });
  }
  const digest = keyCardDigest(keyCard);
  if (known !== null && known.role === role && known.active === active && known.keyCard === digest)
    return actor;
  const intent: Intent = {
    type: "SetActor",
    organisation: context.organisation,
    actor,
    role,
    signer: addressOf(keyCard.secp256k1),
    keyCard: digest,
    active,
    version: (known?.version ?? 0) + 1,
  };
  const signature = context.keys.signDigest(intentDigest(context.ledger.identity, intent));
  await context.durable("directory.actor", () =>
    context.db.transaction(async (tx) => {
      await keepKeyCard(tx, keyCard);
      await enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent));
    }),
  );
  context.wake("outbox");
  return actor;
}
