import type { RecordId } from "@anamnesis/core/ids";
import { erasureReceipt, type ErasureReceipt } from "@anamnesis/core/record/erasure";
import type { NodeContext } from "../context.ts";

/** What this node has signed about deleting these records; nothing of one that it never had or has still to delete. */
export async function erasureReceiptsOf(
  { db }: Pick<NodeContext, "db">,
  records: readonly RecordId[],
): Promise<readonly ErasureReceipt[]> {
  const rows = await db.query<{ receipt: Uint8Array }>(
    `select e.receipt from erasure_receipts e join records r on r.position = e.position
     where r.record = any($1) order by e.position`,
    [records],
  );
  return rows.map(({ receipt }) => erasureReceipt.decode(receipt));
}
