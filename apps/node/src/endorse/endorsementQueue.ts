import type { EndorsementQueue } from "@anamnesis/api/routes/recordVerbs";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

const MOST = 1024;

/** What this organisation was named for on the ledger and has not endorsed, oldest first; what was taken back or erased needs nobody's name. */
export async function endorsementQueue({
  db,
  organisation,
}: Pick<NodeContext, "db" | "organisation">): Promise<EndorsementQueue> {
  const rows = await db.query<{
    organisation: OrganisationId;
    record: RecordId;
    label: BodyLabel;
    threshold: number;
    endorsers: readonly OrganisationId[];
    endorsed: readonly OrganisationId[];
  }>(
    `select n.organisation, n.record, n.label, n.threshold, n.endorsers,
            coalesce((select jsonb_agg(e.endorser order by e.block, e.endorser) from ledger_endorsements e
                      where e.organisation = n.organisation and e.record = n.record), '[]'::jsonb) as endorsed
     from ledger_endorsers n
     where n.endorsers @> jsonb_build_array($1::text)
       and not exists (select 1 from ledger_endorsements e where e.organisation = n.organisation
                       and e.record = n.record and e.endorser = $1)
       and not exists (select 1 from ledger_retractions t
                       where t.organisation = n.organisation and t.record = n.record)
       and not exists (select 1 from sticky_erasures s where s.record = n.record)
       and not exists (select 1 from outbox o where o.state = 'pending'
                       and o.dedupe = 'EndorseRecord:' || $1 || ':' || n.organisation || ':' || n.record || ':' || n.label)
     order by n.block, n.record limit ${MOST}`,
    [organisation],
  );
  return { waiting: rows };
}
