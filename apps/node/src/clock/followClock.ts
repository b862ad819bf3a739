import type { NodeContext } from "../context.ts";
import type { ClockWatch } from "./clockWatch.ts";

/**
 * Lets nothing wait for a time that a clock set back has moved away: what is to be tried again later is tried now. Call it at the
 * start, when the clock may have been set while the node was down (`watch` null), and in each pass.
 */
export async function followClock(
  { db, log, clock, durable }: Pick<NodeContext, "db" | "log" | "clock" | "durable">,
  watch: ClockWatch | null,
): Promise<void> {
  const step = watch?.stepped() ?? 0;
  if (step !== 0) log.warn("clock-stepped", { seconds: step });
  if (watch !== null && step >= 0) return;
  await durable("clock.retries", () =>
    db.transaction(async (tx) => {
      const now = [clock.now()];
      await tx.query("update outbox set retry_at = 0 where state = 'pending' and retry_at > $1", now);
      await tx.query("update replication_queue set retry_at = 0 where retry_at > $1", now);
    }),
  );
}
