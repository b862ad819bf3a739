import type { RecordStatus } from "@anamnesis/api/routes/exchange";
import type { OrganisationId, RecordId, SegmentId } from "@anamnesis/core/ids";
import { anchorProofOf } from "../anchor/anchorProof.ts";
import { firstAnchoredOf } from "../anchor/firstAnchoredOf.ts";
import type { NodeContext } from "../context.ts";
import type { PutResult } from "./putRecords.ts";
import { newestCards } from "../segments/cardStore.ts";

/** Homes (this node among them when it is one) that must hold a record before it counts as stored. */
const HOMES_FOR_STORED = 2;

/**
 * The statuses of what was just put: what is new is accepted and, with no other home yet, nothing more; only what was here
 * before is looked up.
 */
export async function putStatus(
  context: NodeContext,
  { records, fresh }: PutResult,
): Promise<readonly RecordStatus[]> {
  const before = await recordStatus(
    context,
    records.filter((record) => !fresh.has(record)),
  );
  const known = new Map(before.map((status) => [status.record, status]));
  return records.map(
    (record) => known.get(record) ?? { record, accepted: true, stored: false, anchor: null },
  );
}

/** How far each record has come; an unknown one is not even accepted. */
export async function recordStatus(
  context: NodeContext,
  ids: readonly RecordId[],
): Promise<readonly RecordStatus[]> {
  if (ids.length === 0) return [];
  const rows = await context.db.query<{
    record: RecordId;
    organisation: OrganisationId;
    segment: SegmentId;
    others: number;
  }>(
    `select r.record, r.organisation, r.segment,
            (select count(*) from replicas p where p.position = r.position)::int as others
     from records r where r.record = any($1)`,
    [ids],
  );
  const cards = await newestCards(context.db, [...new Set(rows.map(({ segment }) => segment))]);
  const isHome = (segment: SegmentId): boolean =>
    cards.get(segment)?.body.homes.includes(context.organisation) ?? false;
  const known = new Map(rows.map((row) => [row.record, row]));
  const anchored = await firstAnchoredOf(context, rows);
  const statuses: RecordStatus[] = [];
  for (const record of ids) {
    const row = known.get(record);
    if (row === undefined) {
      statuses.push({ record, accepted: false, stored: false, anchor: null });
      continue;
    }
    const first = anchored(row);
    const anchor = first === null ? null : await anchorProofOf(context, first);
    const homes = row.others + (isHome(row.segment) ? 1 : 0);
    statuses.push({ record, accepted: true, stored: homes >= HOMES_FOR_STORED, anchor });
  }
  return statuses;
}
