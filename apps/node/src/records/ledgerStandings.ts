import type { LedgerStanding } from "@anamnesis/api/routes/standing";
import type { BodyLabel, OrganisationId, RecordId } from "@anamnesis/core/ids";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { NodeContext } from "../context.ts";

interface Row {
  readonly record: RecordId;
  readonly organisation: OrganisationId;
  readonly amended: boolean;
  readonly retracted: boolean;
  readonly label: BodyLabel;
  readonly threshold: number | null;
  readonly endorsers: readonly OrganisationId[] | null;
  readonly signed: readonly OrganisationId[];
  readonly [column: string]: unknown;
}

/**
 * What the copy of the ledger says of records, in the order of the ids. Of one that is not kept here it says what became of the first whose author had endorsers named, since those names are on the ledger; of
 * any other, whether it was erased and nothing else.
 */
export async function ledgerStandings(
  context: NodeContext,
  records: readonly RecordId[],
): Promise<readonly LedgerStanding[]> {
  const rows = await context.db.query<Row>(
    `select distinct on (r.record) r.record, r.organisation, r.label, e.threshold, e.endorsers,
       exists (select 1 from ledger_amendments a where a.record = r.record and a.organisation = r.organisation) as amended,
       exists (select 1 from ledger_retractions t where t.record = r.record and t.organisation = r.organisation) as retracted,
       coalesce((select jsonb_agg(s.endorser order by s.block, s.endorser) from ledger_endorsements s
                 where s.record = r.record and s.organisation = r.organisation and s.label = r.label
                   and e.endorsers ? s.endorser), '[]'::jsonb) as signed
     from (select record, organisation, label, position as place, 0 as elsewhere from records where record = any($1)
           union all select record, organisation, label, block, 1 from ledger_endorsers where record = any($1)) r
     left join ledger_endorsers e on e.record = r.record and e.organisation = r.organisation and e.label = r.label
     order by r.record, r.elsewhere, r.place`,
    [records],
  );
  const erased = new Set(
    (
      await context.db.query<{ record: RecordId }>(
        "select record from ledger_erasures where record = any($1)",
        [records],
      )
    ).map(({ record }) => record),
  );
  const firstOf = await firstAnchoredOf(context, rows);
  const known = new Map(rows.map((row) => [row.record, row]));
  return records.map((record) => {
    const row = known.get(record);
    const first = row === undefined ? null : firstOf(row);
    const threshold = row?.threshold ?? null;
    return {
      record,
      amended: row?.amended ?? false,
      retracted: row?.retracted ?? false,
      erased: erased.has(record),
      endorsers:
        threshold === null
          ? null
          : {
              label: row?.label as BodyLabel,
              threshold,
              asked: [...(row?.endorsers ?? [])],
              signed: [...(row?.signed ?? [])],
            },
      anchored: first === null ? null : { sequence: first.sequence, time: first.batch.time },
    };
  });
}
