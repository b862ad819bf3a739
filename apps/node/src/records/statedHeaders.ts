import type { Hash32, SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { HEADER_LABELS } from "@anamnesis/core/record/headerStatement";

/** How many headers this node keeps of a segment, and `headerLabels` of them. Each page of a list says it, so the database hashes: the labels of a long record would take longer to get here than all else of a page. */
export async function statedHeaders(
  db: Queryable,
  segment: SegmentId,
): Promise<{ readonly count: number; readonly labels: Hash32 }> {
  const rows = await db.query<{ count: number; labels: Uint8Array }>(
    `select count(*)::int as count, sha256(convert_to($2::text, 'UTF8')
         || coalesce(string_agg(decode(substr(label, 3), 'hex'), ''::bytea order by position), ''::bytea)) as labels
       from records where segment = $1`,
    [segment, HEADER_LABELS],
  );
  // Whoever counts gets one row.
  const { count, labels } = rows[0] as (typeof rows)[number];
  return { count, labels: toHex(labels) };
}
