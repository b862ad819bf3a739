import type { Queryable } from "@anamnesis/core/ports/database";

/**
 * How this node's anchors of one kind stand: `refused` when the ledger refused one, `pending` when one is on its way,
 * `null` when the next may be made. Only a node itself puts such intents into its outbox.
 */
export async function ownAnchor(
  db: Queryable,
  type: "AnchorBatch" | "AnchorLogHead",
): Promise<"refused" | "pending" | null> {
  const rows = await db.query<{ state: "refused" | "pending" }>(
    `select state from outbox where state <> 'done' and type = $1
     order by state desc limit 1`,
    [type],
  );
  return rows[0]?.state ?? null;
}
