import type { GrantPage } from "@anamnesis/api/routes/exchange";
import { keyCard } from "@anamnesis/core/actor/keyCard";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Digest, Hex } from "@anamnesis/core/ids";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { NodeContext } from "../context.ts";
import { RateLimit } from "../http/rateLimit.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";

/** Most grants that one key card can have waiting here, so that a flood fills no disk: two thousand patients' kinds. */
const MOST_GRANTS = 16_384;
/** Grants of one answer. */
const PAGE = 512;
/** Most of one sender: a patient's device sends one for each epoch, and its newest counts. */
const MOST_OF_ONE_SENDER = 32;
/** Grants that one key card takes at once, and afterwards each second: a ward's morning, and a hospital's day. */
const ARRIVALS = { burst: 1024, rate: 2 };

/** How fast grants may come for each key card. */
export function grantArrivals(
  limits: { readonly burst: number; readonly rate: number } = ARRIVALS,
): RateLimit {
  return new RateLimit(limits);
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
  if (!(await admitGrant(context, arrivals, value))) return;
  await context.durable("grant.rows", () =>
    context.db.transaction((tx) => keepGrant(tx, context, value, sender)),
  );
}

/**
 * True for a grant that is to be kept, false for one that waits here already: a repetition costs nothing. Throws `not-found` for anyone else's, `rate-limited`.
 */
export async function admitGrant(
  context: Pick<NodeContext, "db" | "copy" | "keys" | "organisation" | "timers">,
  arrivals: RateLimit,
  value: Grant,
): Promise<boolean> {
  if (!(await belongsHere(context, value.keyCard))) throw notFound();
  const known = await context.db.query("select 1 as one from grants where digest = $1", [
    grant.digest(value),
  ]);
  if (known.length > 0) return false;
  arrivals.take(value.keyCard, context.timers.now());
  return true;
}

/** Keeps one that was admitted, in the caller's transaction. Throws `grants-full`. */
export async function keepGrant(
  tx: Queryable,
  { clock, log }: Pick<NodeContext, "clock" | "log">,
  value: Grant,
  sender: Hex,
): Promise<void> {
  const digest = grant.digest(value);
  // Once more, for the same grant that came at the same time.
  const there = await tx.query("select 1 as one from grants where digest = $1", [digest]);
  if (there.length > 0) return;
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
  } else if (all >= MOST_GRANTS) {
    log.warn("grants-full", { keyCard: value.keyCard });
    throw grantsFull();
  }
  await tx.query(
    `insert into grants (digest, key_card, bytes, received_at, sender) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [digest, value.keyCard, grant.encode(value), clock.now(), sender],
  );
}

function grantsFull(): AnamnesisError<"grants-full"> {
  return new AnamnesisError({
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

/**
 * A page of the grants that wait for a key card, oldest first, for whoever holds its Ed25519 key.
 * Throws `not-authorised`, `not-found`, `bad-request` for a place that is none.
 *
 * @param after `next` of the page before; empty for the first.
 */
export async function listGrants(
  context: Pick<NodeContext, "db">,
  digest: Digest,
  signer: Hex,
  after: string,
): Promise<GrantPage> {
  const place = parsePlace(after);
  const cards = await context.db.query<{ bytes: Uint8Array }>(
    "select bytes from key_cards where digest = $1",
    [digest],
  );
  if (cards[0] === undefined) throw notFound();
  if (toHex(keyCard.decode(cards[0].bytes).ed25519) !== signer)
    throw notAuthorised("the holder of the key card");
  const rows = await context.db.query<{ received_at: number; digest: string; bytes: Uint8Array }>(
    `select received_at, digest, bytes from grants
     where key_card = $1 and (received_at, digest) > ($2::bigint, $3::text)
     order by received_at, digest limit $4`,
    [digest, place.receivedAt, place.digest, PAGE + 1],
  );
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  return {
    grants: page.map((row) => grant.decode(row.bytes)),
    next: rows.length > PAGE && last !== undefined ? `${last.received_at}.${last.digest}` : null,
  };
}

function parsePlace(after: string): { readonly receivedAt: number; readonly digest: string } {
  if (after === "") return { receivedAt: -1, digest: "" };
  const [, receivedAt, digest] = /^(\d{1,15})\.(0x[0-9a-f]{64})$/.exec(after) ?? [];
  if (receivedAt !== undefined && digest !== undefined) return { receivedAt: Number(receivedAt), digest };
  throw new AnamnesisError({
    code: "bad-request",
    rule: "A listing goes on where the page before said.",
    fix: "Take `next` of the page before as it is.",
  });
}
