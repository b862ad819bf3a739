import { card, type Card, cardDigest, verifyCard } from "@anamnesis/core/segment/card";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import { MOST_CARDS_OF_OWNER, requireRoomFor } from "./cardLimits.ts";

/** The newest card of a segment that this node has seen, or `null`. */
export async function newestCard(db: Queryable, segment: SegmentId): Promise<Card | null> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    "select bytes from cards where segment = $1 order by number desc limit 1",
    [segment],
  );
  return rows[0] === undefined ? null : card.decode(rows[0].bytes);
}

/** The same of many segments at once; one that this node knows nothing of is not in the map. */
export async function newestCards(
  db: Queryable,
  segments: readonly SegmentId[],
): Promise<ReadonlyMap<SegmentId, Card>> {
  // One look into the index for each segment, however many cards it has.
  const rows = await db.query<{ bytes: Uint8Array }>(
    `select c.bytes from unnest($1::text[]) as wanted (segment) cross join lateral
       (select bytes from cards where segment = wanted.segment order by number desc limit 1) c`,
    [segments],
  );
  const cards = rows.map((row) => card.decode(row.bytes));
  return new Map(cards.map((value) => [value.body.segment, value]));
}

/** All cards of a segment from the first; empty when there is none. */
export async function cardChain(db: Queryable, segment: SegmentId): Promise<readonly Card[]> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    "select bytes from cards where segment = $1 order by number",
    [segment],
  );
  return rows.map((row) => card.decode(row.bytes));
}

type CardContext = Pick<NodeContext, "db" | "durable" | "ledger" | "log" | "copy">;

/**
 * Takes a card as the first or next one of its chain; the same card again succeeds. A second card with a number that
 * is taken is kept as evidence and refused with `card-conflict`. Whom the ledger does not name as the segment's owner publishes nothing:
 * `owner-rotated`. Throws `bad-card`, `too-many-cards`.
 */
export async function putCard(context: CardContext, value: Card): Promise<void> {
  const { segment, number } = value.body;
  const generation = (await context.copy.rotation(segment))?.generation ?? 0;
  const conflict = await context.durable("card.rows", () =>
    context.db.transaction(async (tx) => {
      const taken = await tx.query<{ digest: string }>(
        "select digest from cards where segment = $1 and number = $2",
        [segment, number],
      );
      const digest = cardDigest(value.body);
      if (taken[0] !== undefined) {
        if (taken[0].digest === digest) return false;
        await verifyAgain(tx, context.ledger.identity, value);
        await keepEvidence(tx, value);
        return true;
      }
      verifyCard(context.ledger.identity, value, await newestCard(tx, segment));
      if (value.body.generation !== generation) throw ownerRotated(generation);
      // Few segments ever have so many that they have to be counted.
      if (number >= MOST_CARDS_OF_OWNER) requireRoomFor([...(await cardChain(tx, segment)), value]);
      await insertCard(tx, value);
      return false;
    }),
  );
  if (!conflict) return;
  context.log.warn("card-conflict", { segment, number });
  throw cardConflict(number);
}

export async function insertCard(tx: Queryable, value: Card): Promise<void> {
  const { segment, number } = value.body;
  await tx.query("insert into cards (segment, number, digest, bytes) values ($1, $2, $3, $4)", [
    segment,
    number,
    cardDigest(value.body),
    card.encode(value),
  ]);
}

/** Only a card that the owner really signed on the same predecessor is evidence. Throws `bad-card`. */
async function verifyAgain(tx: Queryable, identity: LedgerIdentity, value: Card): Promise<void> {
  const { segment, number } = value.body;
  const rows = await tx.query<{ bytes: Uint8Array }>(
    "select bytes from cards where segment = $1 and number = $2",
    [segment, number - 1],
  );
  verifyCard(identity, value, rows[0] === undefined ? null : card.decode(rows[0].bytes));
}

/** A card that stands beside another one of its number, or did until a rotation took its place. */
export async function keepEvidence(tx: Queryable, value: Card): Promise<void> {
  await tx.query(
    "insert into card_conflicts (digest, segment, bytes) values ($1, $2, $3) on conflict (digest) do nothing",
    [cardDigest(value.body), value.body.segment, card.encode(value)],
  );
}

export function cardConflict(number: number): AnamnesisError<"card-conflict"> {
  return new AnamnesisError({
    code: "card-conflict",
    rule: "A segment has one card of each number.",
    fix: "Fetch the segment's cards and build on the newest; if you did not sign the other one, shut out the lost device.",
    meta: { number },
  });
}

/** @param generation what the ledger says. */
export function ownerRotated(generation: number): AnamnesisError<"owner-rotated"> {
  return new AnamnesisError({
    code: "owner-rotated",
    rule: "A segment's cards are published by the owner whom the ledger names.",
    fix: "Send the whole chain with the rotation's card; keys of an owner of before publish nothing any more.",
    meta: { generation },
  });
}
