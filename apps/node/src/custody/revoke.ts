import {
  type Revocation,
  revocation,
  type RevocationAck,
  revocationAckDigest,
  verifyRevocation,
} from "@anamnesis/core/consent/revocation";
import { parseUnixSeconds } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";

/**
 * Stores a revocation for ever, and with it the intent that carries it to the ledger. It needs no copy of the ledger
 * and no share: a custodian that can refuse nothing else can still refuse this. Throws `bad-revocation`.
 */
export async function revoke(context: NodeContext, value: Revocation): Promise<RevocationAck> {
  const consent = verifyRevocation(context.ledger.identity, value);
  const storedAt = await context.db.transaction(async (tx) => {
    await tx.query(
      "insert into sticky_revocations (consent, stored_at, revocation) values ($1, $2, $3) on conflict (consent) do nothing",
      [consent, context.clock.now(), revocation.encode(value)],
    );
    const intent = { type: "RevokeConsent", consent } as const;
    await enqueueIntent(tx, { intent, signatures: [value.signature] }, dedupeOf(intent));
    const rows = await tx.query<{ stored_at: number }>(
      "select stored_at from sticky_revocations where consent = $1",
      [consent],
    );
    return parseUnixSeconds(rows[0]?.stored_at ?? context.clock.now());
  });
  context.wake("outbox");
  context.metrics.count("revocations_stored_total");
  const body = { consent, custodian: context.organisation, storedAt };
  return { body, signature: context.keys.signMessage(revocationAckDigest(body)) };
}
