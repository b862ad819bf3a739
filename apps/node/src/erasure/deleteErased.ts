import type { BodyLabel, Cid, RecordId } from "@anamnesis/core/ids";
import { erasureReceipt, erasureReceiptDigest } from "@anamnesis/core/record/erasure";
import type { NodeContext } from "../context.ts";
import { neededBlobs } from "./neededBlobs.ts";

/** Records that one pass deletes at most. */
const MOST_PER_PASS = 64;

interface KeptRow {
  readonly position: number;
  readonly label: BodyLabel;
  readonly wrap: Cid;
  readonly content: Cid;
  readonly [column: string]: unknown;
}

type DeleteContext = Pick<
  NodeContext,
  "organisation" | "db" | "durable" | "blobs" | "recent" | "clock" | "keys" | "log" | "metrics"
>;

/**
 * Deletes wrap and content of records whose erasure stands on the ledger, first from the disk and then, in one transaction, signs that they
 * are gone. A kill in between leaves files that are gone and no receipt; the next pass deletes nothing and signs. Headers stay: they say that this U was used, and keep
 * the author's chain whole. Returns how many records were done.
 *
 * It waits for the ledger, that is for as many custodians as open a record: a single node's mistake about an owner only refuses.
 */
export async function deleteErased(context: DeleteContext): Promise<number> {
  const due = await context.db.query<DueErasure>(
    `select s.record, s.touched from sticky_erasures s join ledger_erasures l on l.record = s.record
     where not s.settled order by s.stored_at, s.record limit $1`,
    [MOST_PER_PASS],
  );
  for (const erasure of due) await deleteOne(context, erasure);
  return due.length;
}

interface DueErasure {
  readonly record: RecordId;
  /** How often something of it has come. */
  readonly touched: number;
  readonly [column: string]: unknown;
}

async function deleteOne(context: DeleteContext, { record, touched }: DueErasure): Promise<void> {
  const { db, blobs, durable } = context;
  const rows = await db.query<KeptRow>(
    "select position, label, wrap, content from records where record = $1 order by position",
    [record],
  );
  const cids = [...new Set(rows.flatMap(({ wrap, content }) => [wrap, content]))];
  const needed = await neededBlobs(db, cids);
  context.recent.forget(record);
  if (rows.length > 0) {
    await durable("erase.blobs", async () => {
      for (const cid of cids) if (!needed.has(cid)) await blobs.purge(cid);
    });
  }
  const deletedAt = context.clock.now();
  const receipts = rows.map(({ position, label, wrap, content }) => {
    const kept = [...new Set([wrap, content])].filter((cid) => needed.has(cid));
    const body = { record, label, node: context.organisation, deletedAt, kept };
    const signature = context.keys.signMessage(erasureReceiptDigest(body));
    return { position, bytes: erasureReceipt.encode({ body, signature }) };
  });
  await durable("erase.receipt", () =>
    db.transaction(async (tx) => {
      // Something of it may have come meanwhile, blobs first: then the next pass goes over all of it again.
      const settled = await tx.query(
        "update sticky_erasures set settled = true where record = $1 and touched = $2 returning record",
        [record, touched],
      );
      if (settled.length === 0) return;
      // Why somebody did not sign it may say what was in it.
      await tx.query("delete from declines where record = $1", [record]);
      // What its owner asked to be put right holds its keys.
      await tx.query("delete from corrections where record = $1", [record]);
      for (const { position, bytes } of receipts) {
        await tx.query(
          "insert into erasure_receipts (position, receipt) values ($1, $2) on conflict (position) do nothing",
          [position, bytes],
        );
      }
    }),
  );
  if (rows.length === 0) return;
  context.log.info("record-erased", { record });
  context.metrics.count("records_erased_total", {}, rows.length);
}
