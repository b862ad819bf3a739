import type { NodeContext } from "../context.ts";
import { requireWholeLog } from "./requireWholeLog.ts";
import { signedHead } from "./signedHead.ts";

/**
 * The newest head that was published, its cosignatures after the log's own signature; before the first one a head that is
 * signed now, without any. Throws what `requireWholeLog` throws.
 */
export async function publishedCheckpoint(context: NodeContext): Promise<string> {
  await requireWholeLog(context);
  const [newest] = await context.db.query<{ text: string; cosignatures: string }>(
    "select text, cosignatures from checkpoints order by size desc limit 1",
  );
  if (newest !== undefined) return newest.text + newest.cosignatures;
  return signedHead(context, context.receipts.head());
}
