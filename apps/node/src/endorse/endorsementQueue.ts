import type { EndorsementQueue } from "@anamnesis/api/routes/recordVerbs";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { NodeContext } from "../context.ts";

const MOST = 1024;

type QueueContext = Pick<NodeContext, "db" | "organisation" | "copy">;

/**
 * What this organisation was named for on the ledger and has not endorsed, and which of its own records wait for others, oldest first. What was amended, taken back or erased
 * needs nobody's name.
 */
export async function endorsementQueue(context: QueueContext): Promise<EndorsementQueue> {
  const [waiting, own] = await Promise.all([
    rowsWhere(
      context,
      `n.endorsers @> jsonb_build_array($1::text)
       and not exists (select 1 from ledger_endorsements e where e.organisation = n.organisation
                       and e.record = n.record and e.endorser = $1)
       and not exists (select 1 from outbox o where o.state = 'pending'
                       and o.dedupe = 'EndorseRecord:' || $1 || ':' || n.organisation || ':' || n.record || ':' || n.label)`,
    ),
    rowsWhere(
      context,
      `n.organisation = $1
       and n.threshold > (select count(*) from ledger_endorsements e where e.organisation = n.organisation
                          and e.record = n.record and e.label = n.label)
       and n.endorsers <> jsonb_build_array($1::text)`,
    ),
  ]);
  return { waiting, own };
}

async function rowsWhere(
  context: QueueContext,
  condition: string,
): Promise<EndorsementQueue["waiting"][number][]> {
  const rows = await context.db.query<{
    organisation: OrganisationId;
    record: RecordId;
    label: BodyLabel;
    threshold: number;
    endorsers: readonly OrganisationId[];
    endorsed: readonly OrganisationId[];
    declined: readonly OrganisationId[];
  }>(
    `select n.organisation, n.record, n.label, n.threshold, n.endorsers,
            coalesce((select jsonb_agg(e.endorser order by e.block, e.endorser) from ledger_endorsements e
                      where e.organisation = n.organisation and e.record = n.record), '[]'::jsonb) as endorsed,
            coalesce((select jsonb_agg(d.decliner order by d.number) from declines d
                      where d.organisation = n.organisation and d.record = n.record and d.label = n.label
                        and not exists (select 1 from ledger_endorsements e where e.organisation = n.organisation
                                        and e.record = n.record and e.endorser = d.decliner)), '[]'::jsonb) as declined
     from ledger_endorsers n
     where ${condition}
       and not exists (select 1 from ledger_amendments a
                       where a.organisation = n.organisation and a.record = n.record)
       and not exists (select 1 from ledger_retractions t
                       where t.organisation = n.organisation and t.record = n.record)
       and not exists (select 1 from sticky_erasures s where s.record = n.record)
     order by n.block, n.record limit ${MOST}`,
    [context.organisation],
  );
  const firstOf = await firstAnchoredOf(context, rows);
  return rows.map((row) => ({ ...row, since: firstOf(row)?.batch.time ?? null }));
}
