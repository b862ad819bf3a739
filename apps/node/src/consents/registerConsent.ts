import type { ConsentRegistration } from "@anamnesis/api/routes/consentRegistration";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/** Most intents that may wait for the ledger when a registration comes. Revocations and this node's own are always taken. */
const MOST_WAITING = 10_000;

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
  const rows = await context.db.query<{ waiting: number }>(
    "select count(*)::int as waiting from outbox where state = 'pending'",
  );
  if ((rows[0]?.waiting ?? 0) >= MOST_WAITING) {
    throw new AnamnesisError({
      code: "busy",
      rule: "A bounded number of registrations waits for the ledger.",
      fix: "Ask another member's node, or this one when the ledger answers again.",
      meta: { retryAfter: 60 },
    });
  }
  await context.durable("consent.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent))),
  );
  context.wake("outbox");
}
