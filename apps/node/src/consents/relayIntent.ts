import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import { intentDigest, type SignedIntent } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/**
 * Takes a patient's intent for the ledger; on disk when it resolves. Only a registration whose signature holds is
 * stored: who revokes is known to the ledger alone, so revocations come through custody, where they can be checked.
 */
export async function relayIntent(context: NodeContext, value: SignedIntent): Promise<void> {
  const { intent, signatures } = value;
  const [signature] = signatures;
  const valid =
    intent.type === "RegisterConsent" &&
    signature !== undefined &&
    verifyBy(intentDigest(context.ledger.identity, intent), signature, intent.revoker);
  if (!valid) {
    throw new AnamnesisError({
      code: "bad-intent",
      rule: "A node relays the registration of a consent when its revoker signed it.",
      fix: "Sign with the consent's one-time revoker key; send revocations to the custodians.",
    });
  }
  await context.db.transaction((tx) => enqueueIntent(tx, value, dedupeOf(intent)));
  context.wake("outbox");
}
