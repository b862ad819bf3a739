import type { NodeContext } from "../context.ts";

/** Seconds for which a correction stays after it expired: its owner still sees what became of it. */
const KEPT_AFTER = 30 * 86_400;

/** Deletes corrections that expired a month ago, with their answers. Writes nothing when there is none. */
export async function deleteEndedCorrections({
  db,
  durable,
  clock,
}: Pick<NodeContext, "db" | "durable" | "clock">): Promise<void> {
  const before = clock.now() - KEPT_AFTER;
  const ended = await db.query("select 1 as one from corrections where expires_at <= $1 limit 1", [before]);
  if (ended.length === 0) return;
  await durable("correction.rows", () =>
    db.query("delete from corrections where expires_at <= $1", [before]),
  );
}
