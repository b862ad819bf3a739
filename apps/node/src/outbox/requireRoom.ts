import { AnamnesisError } from "@anamnesis/core/errors";
import type { Queryable } from "@anamnesis/core/ports/database";

/** Most intents that may wait for the ledger when a stranger's comes. Revocations and this node's own are always taken. */
const MOST_WAITING = 10_000;

/** Throws `busy` when so much waits for the ledger that what anybody may send has to go elsewhere. */
export async function requireRoom(db: Queryable): Promise<void> {
  const rows = await db.query<{ waiting: number }>(
    "select count(*)::int as waiting from outbox where state = 'pending'",
  );
  if ((rows[0]?.waiting ?? 0) < MOST_WAITING) return;
  throw new AnamnesisError({
    code: "busy",
    rule: "A bounded number of registrations and rotations waits for the ledger.",
    fix: "Ask another member's node, or this one when the ledger answers again.",
    meta: { retryAfter: 60 },
  });
}
