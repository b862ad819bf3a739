import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { requireRoom } from "../outbox/requireRoom.ts";

/** Takes a consent's commitment for the ledger; on disk when it resolves. Throws `bad-intent`, `busy`. */
export async function registerConsent(context: NodeContext, value: ConsentRegistration): Promise<void> {
  const { commitment, revoker, signature } = value;
  const intent: Intent = { type: "RegisterConsent", commitment, revoker };
  if (!verifyBy(intentDigest(context.ledger.identity, intent), signature, revoker)) {
    throw new AnamnesisError({
      code: "bad-intent",
      rule: "A node relays the registration of a consent when its revoker signed it.",
      fix: "Sign with the consent's one-time revoker key.",
    });
  }
  await requireRoom(context.db);
  await context.durable("consent.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent))),
  );
  context.wake("outbox");
}
