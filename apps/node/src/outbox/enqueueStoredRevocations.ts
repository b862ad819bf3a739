import { revocation } from "@anamnesis/core/consent/revocation";
import type { ConsentId } from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import { dedupeOf } from "./dedupe.ts";
import { enqueueIntent } from "./enqueueIntent.ts";

const MOST_AT_ONCE = 256;

/**
 * Puts the revocations that are stored here into the outbox once their consent stands on the ledger: before, the ledger would refuse
 * them, and one of a consent that never comes would wait for ever in front of everybody's. Returns how many.
 */
export async function enqueueStoredRevocations(
  context: Pick<NodeContext, "db" | "durable" | "wake">,
): Promise<number> {
  const rows = await context.db.query<{ consent: ConsentId; revocation: Uint8Array }>(
    `select s.consent, s.revocation from sticky_revocations s
     join ledger_consents c on c.consent = s.consent and c.status = 'registered'
     where not exists (select 1 from ledger_consents r where r.consent = s.consent and r.status = 'revoked')
       and not exists (select 1 from outbox o where o.dedupe = 'RevokeConsent:' || s.consent)
     limit $1`,
    [MOST_AT_ONCE],
  );
  if (rows.length === 0) return 0;
  await context.durable("revoke.outbox", () =>
    context.db.transaction(async (tx) => {
      for (const row of rows) {
        const intent: Intent = { type: "RevokeConsent", consent: row.consent };
        const { signature } = revocation.decode(row.revocation);
        await enqueueIntent(tx, { intent, signatures: [signature] }, dedupeOf(intent));
      }
    }),
  );
  context.wake("outbox");
  return rows.length;
}
