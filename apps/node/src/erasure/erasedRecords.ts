import type { RecordId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";

/** Which of these records are erased: by a request that was stored here, or by the ledger, now or at any time before. */
export async function erasedRecords(
  db: Queryable,
  records: readonly RecordId[],
): Promise<ReadonlySet<RecordId>> {
  const rows = await db.query<{ record: RecordId }>(
    "select record from sticky_erasures where record = any($1)",
    [records],
  );
  return new Set(rows.map(({ record }) => record));
}
