import type { JoinRequest } from "@anamnesis/api/routes/consortium";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type Intent, intentDigest } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/** Takes an entrant's signed request to join for the ledger; on disk when it resolves. Throws `bad-intent`, `member-exists`. */
export async function relayJoinRequest(
  context: NodeContext,
  { entrant, signature }: JoinRequest,
): Promise<void> {
  const intent: Intent = { type: "RequestJoin", ...entrant };
  if (!verifyBy(intentDigest(context.ledger.identity, intent), signature, entrant.signer)) {
    throw new AnamnesisError({
      code: "bad-intent",
      rule: "A node relays a request to join when the entrant's own key signed it for this ledger.",
      fix: "Make the request with `anamnesis consortium join` against this consortium's nodes.",
    });
  }
  if ((await context.copy.member(entrant.organisation)) !== null) {
    throw new AnamnesisError({
      code: "member-exists",
      rule: "An organisation is admitted once.",
      fix: "Have a suspended member reinstated by vote; who was removed comes back with new keys.",
    });
  }
  await context.durable("consortium.outbox", () =>
    context.db.transaction((tx) => enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent))),
  );
  context.wake("outbox");
}
