import { keyCard } from "@anamnesis/core/actor/keyCard";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, Hex } from "@anamnesis/core/ids";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { NodeContext } from "../context.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";

/** Most grants that one key card can have waiting here, so that a flood fills no disk. */
const MOST_GRANTS = 1024;
/** Most of one sender: a patient's device sends one for each epoch, and its newest counts. */
const MOST_OF_ONE_SENDER = 32;
/** Grants that one key card takes at once, and afterwards each second. */
const ARRIVALS = { burst: 128, rate: 0.1 };

/** How fast grants may come for each key card. */
export function grantArrivals(): RateLimit {
  return new RateLimit(ARRIVALS);
}

/**
 * Keeps a sealed grant for a person, device or organisation of this node. What waits here already is never given up for what
 * comes: senders are keys that nobody knows, so a flood can hold new grants up, and is told apart by nobody, but loses none.
 * A sender's own oldest goes first.
 *
 * Throws `not-found` for anyone else's, `rate-limited`, `grants-full`.
 * @param sender Ed25519 key that signed the request.
 */
export async function putGrant(
  context: Pick<
    NodeContext,
    "db" | "copy" | "keys" | "organisation" | "clock" | "timers" | "log" | "durable"
  >,
  arrivals: RateLimit,
  value: Grant,
  sender: Hex,
): Promise<void> {
  if (!(await belongsHere(context, value.keyCard))) throw notFound();
  const digest = grant.digest(value);
  // Before anything else, so that a repetition costs nothing.
  const known = await context.db.query("select 1 as one from grants where digest = $1", [digest]);
  if (known.length > 0) return;
  arrivals.take(value.keyCard, context.timers.now());
  const full = await context.durable("grant.rows", () =>
    context.db.transaction(async (tx) => {
      // Once more, for the same grant that came at the same time.
      const there = await tx.query("select 1 as one from grants where digest = $1", [digest]);
      if (there.length > 0) return false;
      const rows = await tx.query<{ all: number; own: number }>(
        `select count(*)::int as all, (count(*) filter (where sender = $2))::int as own
       from grants where key_card = $1`,
        [value.keyCard, sender],
      );
      const { all = 0, own = 0 } = rows[0] ?? {};
      if (own >= MOST_OF_ONE_SENDER) {
        await tx.query(
          `delete from grants where digest in
           (select digest from grants where key_card = $1 and sender = $2 order by received_at, digest limit 1)`,
          [value.keyCard, sender],
        );
      } else if (all >= MOST_GRANTS) return true;
      await tx.query(
        `insert into grants (digest, key_card, bytes, received_at, sender) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
        [digest, value.keyCard, grant.encode(value), context.clock.now(), sender],
      );
      return false;
    }),
  );
  if (!full) return;
  context.log.warn("grants-full", { keyCard: value.keyCard });
  throw new AnamnesisError({
    code: "grants-full",
    rule: `At most ${MOST_GRANTS} grants wait for one key card.`,
    fix: "Tell the grantee's organisation; the consent is kept, and the grant can be sent again later.",
    meta: { retryAfter: 3600 },
  });
}

async function belongsHere(
  context: Pick<NodeContext, "copy" | "keys" | "organisation">,
  digest: Digest,
): Promise<boolean> {
  if (digest === context.keys.cardDigest) return true;
  const actors = await context.copy.actors();
  return actors.some((actor) => actor.keyCard === digest && actor.organisation === context.organisation);
}

/** The grants that wait for a key card, for whoever holds its Ed25519 key. Throws `not-authorised`, `not-found`. */
export async function listGrants(
  context: NodeContext,
  digest: Digest,
  signer: Hex,
): Promise<readonly Grant[]> {
  const cards = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from key_cards where digest = $1",
    [digest],
  );
  if (cards[0] === undefined) throw notFound();
  if (toHex(keyCard.decode(cards[0].bytes).ed25519) !== signer)
    throw notAuthorised("the holder of the key card");
  const rows = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from grants where key_card = $1 order by received_at, digest limit $2",
    [digest, MOST_GRANTS],
  );
  return rows.map((row) => grant.decode(row.bytes));
}
