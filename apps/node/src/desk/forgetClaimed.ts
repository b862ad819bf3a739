import type { NodeContext } from "../context.ts";

/** Deletes what was kept for people who hold their own keys by now: it owns nothing any more. */
export async function forgetClaimed(
  { db, durable }: Pick<NodeContext, "db" | "durable">,
  patients: readonly string[],
): Promise<void> {
  if (patients.length === 0) return;
  await durable("desk.patient", () =>
    db.query("update desk_patients set kept = null where patient = any($1)", [patients]),
  );
}
