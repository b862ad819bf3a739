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
 *
 * @param only one of them; all by default, which is for the indexer alone: a request that took the others' rows too would
 * stand in the way of the requests that brought those, and on a database server they would wait for each other.
 */
export async function enqueueStoredRevocations(
  context: Pick<NodeContext, "db" | "durable" | "wake">,
  only: ConsentId | null = null,
): Promise<number> {
  const rows = await context.db.query<{ consent: ConsentId; revocation: Uint8Array }>(
    `select s.consent, s.revocation from sticky_revocations s
     join ledger_consents c on c.consent = s.consent and c.status = 'registered'
     where ($2::text is null or s.consent = $2)
       and not exists (select 1 from ledger_consents r where r.consent = s.consent and r.status = 'revoked')
       and not exists (select 1 from outbox o where o.dedupe = 'RevokeConsent:' || s.consent)
     order by s.consent limit $1`,
    [MOST_AT_ONCE, only],
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
