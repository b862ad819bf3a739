import type { NodeContext } from "../context.ts";

/** Seconds for which a request stays after it expired: both sides still see what became of it. */
const KEPT_AFTER = 30 * 86_400;

/** Deletes requests that expired a month ago, with their answers. Writes nothing when there is none. */
export async function deleteEndedRequests({
  db,
  durable,
  clock,
}: Pick<NodeContext, "db" | "durable" | "clock">): Promise<void> {
  const before = clock.now() - KEPT_AFTER;
  const ended = await db.query("select 1 as one from consent_requests where expires_at <= $1 limit 1", [
    before,
  ]);
  if (ended.length === 0) return;
  await durable("request.rows", () =>
    db.query("delete from consent_requests where expires_at <= $1", [before]),
  );
}
