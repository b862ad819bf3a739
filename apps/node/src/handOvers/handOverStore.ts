import type { Digest, UnixSeconds } from "@anamnesis/core/ids";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";

/** Hand-overs that may wait at a node at once. */
const MOST_WAITING = 1_000;
/** Seconds for which one waits at most. */
const LONGEST_WAIT = 7 * 86_400;

type HandOverContext = Pick<NodeContext, "db" | "durable" | "clock">;

/**
 * Keeps sealed keys for whoever has the one-time code, until they expire; the same again succeeds, also when no place is left. Throws `busy`, `bad-request`.
 * @param locator from the code; says nothing of what opens it.
 */
export async function putHandOver(
  { db, durable, clock }: HandOverContext,
  locator: Digest,
  sealed: Uint8Array,
  expiresAt: UnixSeconds,
): Promise<void> {
  const now = clock.now();
  if (expiresAt <= now || expiresAt > now + LONGEST_WAIT) throw badExpiry();
  await durable("handover.rows", () =>
    db.transaction(async (tx) => {
      await tx.query("delete from hand_overs where expires_at <= $1", [now]);
      const known = await tx.query("select 1 as one from hand_overs where locator = $1", [locator]);
      if (known.length > 0) return;
      const rows = await tx.query<{ waiting: number }>("select count(*)::int as waiting from hand_overs");
      if ((rows[0]?.waiting ?? 0) >= MOST_WAITING) throw tooMany();
      await tx.query(
        "insert into hand_overs (locator, sealed, expires_at) values ($1, $2, $3) on conflict (locator) do nothing",
        [locator, sealed, expiresAt],
      );
    }),
  );
}

/** Deletes what has expired: sealed keys of a patient do not stay on the disk because nobody hands over any more. Writes nothing when there is none. */
export async function deleteExpired({ db, durable, clock }: HandOverContext): Promise<void> {
  const now = clock.now();
  const expired = await db.query("select 1 as one from hand_overs where expires_at <= $1 limit 1", [now]);
  if (expired.length === 0) return;
  await durable("handover.rows", () => db.query("delete from hand_overs where expires_at <= $1", [now]));
}

/** Throws `not-found`, also for one that expired. */
export async function getHandOver(
  { db, clock }: Pick<NodeContext, "db" | "clock">,
  locator: Digest,
): Promise<{ readonly sealed: Uint8Array }> {
  const rows = await db.query<{ sealed: Uint8Array }>(
    "select sealed from hand_overs where locator = $1 and expires_at > $2",
    [locator, clock.now()],
  );
  if (rows[0] === undefined) throw notFound();
  return { sealed: rows[0].sealed };
}

function badExpiry(): AnamnesisError<"bad-request"> {
  return new AnamnesisError({
    code: "bad-request",
    rule: "A hand-over waits for at most seven days.",
    fix: "Name a time within that, and compare this machine's clock with the node's.",
  });
}

function tooMany(): AnamnesisError<"busy"> {
  return new AnamnesisError({
    code: "busy",
    rule: "A bounded number of hand-overs waits at a node.",
    fix: "Wait until some are taken over or expire.",
    meta: { retryAfter: 3600 },
  });
}
