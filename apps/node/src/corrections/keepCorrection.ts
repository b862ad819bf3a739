import {
  correctionId,
  correctionSigner,
  LONGEST_CORRECTION,
  type SealedCorrection,
  sealedCorrection,
} from "@anamnesis/core/correction/correction";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../context.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { notFound } from "../runtime/refuse.ts";
import { requireSegmentOwner } from "./requireSegmentOwner.ts";

/** Corrections that one segment's owner asks for at once, and afterwards each second: all hospitals of a person who moved, then one a minute. */
const ARRIVALS = { burst: 30, rate: 1 / 60 };
/** Most that wait at a node: of all, and of one segment's owner for one organisation. */
const MOST = { all: 20_000, pair: 32 } as const;
/** Seconds by which an owner's clock may be ahead. */
const AHEAD = 60;

/** How fast corrections may come from each segment's owner. */
export function correctionArrivals(): RateLimit {
  return new RateLimit(ARRIVALS);
}

/**
 * Keeps what an owner asks the author of a record to put right until it is answered, durably. Only about a record that this node keeps, as its author's node or as a home: nobody else finds room here. One waits for each record.
 * The same again succeeds and changes nothing.
 *
 * Throws `bad-request-signature`, `custody-not-ready`, `bad-request`, `not-found`, `rate-limited`, `correction-waits`, `corrections-full`.
 */
export async function keepCorrection(
  context: Pick<NodeContext, "db" | "copy" | "clock" | "timers" | "durable" | "settings" | "ledger">,
  arrivals: RateLimit,
  value: SealedCorrection,
): Promise<void> {
  const { body } = value;
  const { organisation, record } = body;
  const delegation = value.delegation ?? null;
  const segment = await requireSegmentOwner(context, body.opening, correctionSigner(value), delegation);
  const correction = correctionId(body);
  const known = await context.db.query("select 1 as one from corrections where correction = $1", [
    correction,
  ]);
  if (known.length > 0) return;
  const now = context.clock.now();
  // What has expired is deleted some time later and stays refused: nothing comes back.
  if (body.time > now + AHEAD || body.expiresAt <= now || body.expiresAt > body.time + LONGEST_CORRECTION)
    throw badTimes();
  arrivals.take(segment, context.timers.now());
  await context.durable("correction.rows", () =>
    context.db.transaction(async (tx) => {
      await requireRecord(tx, segment, value);
      const again = await tx.query("select 1 as one from corrections where correction = $1", [correction]);
      if (again.length > 0) return;
      await requireRoom(tx, segment, value, now);
      await tx.query(
        `insert into corrections (correction, segment, organisation, record, bytes, expires_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [correction, segment, organisation, record, sealedCorrection.encode(value), body.expiresAt],
      );
    }),
  );
}

/** One that is being erased too is not found: nobody would delete what is kept about it now. */
async function requireRecord(
  tx: Queryable,
  segment: SegmentId,
  { body: { record, organisation } }: SealedCorrection,
): Promise<void> {
  const rows = await tx.query(
    `select 1 as one from records r where r.record = $1 and r.segment = $2 and r.organisation = $3
       and not exists (select 1 from sticky_erasures s where s.record = r.record) limit 1`,
    [record, segment, organisation],
  );
  if (rows.length === 0) throw notFound();
}

async function requireRoom(
  tx: Queryable,
  segment: SegmentId,
  { body: { record, organisation } }: SealedCorrection,
  now: number,
): Promise<void> {
  const rows = await tx.query<Record<keyof typeof MOST | "same", number>>(
    `select count(*)::int as all, (count(*) filter (where record = $1))::int as same,
       (count(*) filter (where segment = $2 and organisation = $3))::int as pair
     from corrections where expires_at > $4 and answer is null and withdrawn_at is null`,
    [record, segment, organisation, now],
  );
  const waiting = rows[0];
  if (waiting === undefined) return;
  if (waiting.same > 0) throw correctionWaits();
  for (const what of ["pair", "all"] as const) if (waiting[what] >= MOST[what]) throw correctionsFull(what);
}

function badTimes(): AnamnesisError<"bad-request"> {
  return new AnamnesisError({
    code: "bad-request",
    rule: "A correction waits for at most 90 days from the time at which it was signed.",
    fix: "Ask anew with a time within that, and compare this machine's clock with the node's.",
  });
}

function correctionWaits(): AnamnesisError<"correction-waits"> {
  return new AnamnesisError({
    code: "correction-waits",
    rule: "One correction of a record waits at a time.",
    fix: "Wait for the answer, or withdraw the one that waits and ask anew.",
  });
}

function correctionsFull(what: keyof typeof MOST): AnamnesisError<"corrections-full"> {
  return new AnamnesisError({
    code: "corrections-full",
    rule: "A bounded number of corrections waits at a node.",
    fix:
      what === "pair"
        ? "Wait for an answer to those that you asked for, or withdraw one."
        : "Ask again later, or ask the organisation in person.",
    meta: { most: MOST[what], retryAfter: 3600 },
  });
}
