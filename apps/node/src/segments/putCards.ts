import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Card, cardDigest, verifyChain } from "@anamnesis/core/segment/card";
import { rotationOnLedger } from "@anamnesis/core/segment/rotation";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "../database/database.ts";
import type { RotationRow } from "../indexer/ledgerCopy.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { cardChain, cardConflict, insertCard, keepEvidence, ownerRotated } from "./cardStore.ts";

/** `waiting`: the chain's last rotation is on its way to the ledger, which has to say so before this node takes the chain. */
export type ChainStatus = "kept" | "waiting";

/**
 * Takes a segment's whole chain of cards. What it rotates and the ledger does not know yet goes to the ledger first: ask again
 * until the chain is kept. Cards here that are not in a chain of a later owner make way for it and stay as evidence: whoever stole an
 * owner's key and published cards with it is overruled by the key behind the next owner's digest.
 *
 * Throws `bad-card`, `owner-rotated`, `card-conflict` (two chains of one owner).
 */
export async function putCards(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "log" | "copy" | "wake">,
  cards: readonly Card[],
): Promise<ChainStatus> {
  verifyChain(context.ledger.identity, cards);
  const newest = cards.at(-1) as Card;
  const { segment, generation } = newest.body;
  const standing = await context.copy.rotation(segment);
  if (generation < (standing?.generation ?? 0)) throw ownerRotated(standing?.generation ?? 0);
  if (standing !== null && !hasRotation(cards, standing)) throw anotherOwner();
  if (generation > (standing?.generation ?? 0)) {
    await bringToLedger(context, cards, standing?.generation ?? 0);
    return "waiting";
  }
  const conflict = await context.durable("card.chain", () =>
    context.db.transaction((tx) => replaceChain(tx, segment, cards)),
  );
  if (conflict === null) return "kept";
  context.log.warn("card-conflict", { segment, number: conflict });
  throw cardConflict(conflict);
}

function hasRotation(cards: readonly Card[], { generation, owner, nextOwner }: RotationRow): boolean {
  const first = cards.find((card) => card.body.generation === generation)?.body;
  return first?.owner === owner && first.nextOwner === nextOwner;
}

async function bringToLedger(
  context: Pick<NodeContext, "db" | "durable" | "wake">,
  cards: readonly Card[],
  known: number,
): Promise<void> {
  const first = (cards[0] as Card).body;
  const signed = cards.flatMap(({ body }) =>
    body.rotation === null || body.generation <= known
      ? []
      : [rotationOnLedger({ ...body, rotation: body.rotation }, first)],
  );
  await context.durable("rotation.outbox", () =>
    context.db.transaction(async (tx) => {
      for (const item of signed) await enqueueIntent(tx, item, dedupeOf(item.intent));
    }),
  );
  context.wake("outbox");
}

/** Returns the number of the card at which two chains of one owner part, `null` when the chain is kept. */
async function replaceChain(
  tx: Queryable,
  segment: SegmentId,
  cards: readonly Card[],
): Promise<number | null> {
  const held = await cardChain(tx, segment);
  const same = held.findIndex((card, i) => digestAt(cards, i) !== cardDigest(card.body));
  const common = same === -1 ? held.length : same;
  // Nothing new, or an older state of the chain that is here.
  if (common === cards.length) return null;
  const overruled = held.slice(common);
  const ours = (cards.at(-1) as Card).body.generation;
  if (overruled.some((card) => card.body.generation >= ours)) {
    await keepEvidence(tx, cards[common] as Card);
    return common;
  }
  for (const card of overruled) await keepEvidence(tx, card);
  await tx.query("delete from cards where segment = $1 and number >= $2", [segment, common]);
  for (const card of cards.slice(common)) await insertCard(tx, card);
  return null;
}

function digestAt(cards: readonly Card[], i: number): string | null {
  const card = cards[i];
  return card === undefined ? null : cardDigest(card.body);
}

function anotherOwner(): AnamnesisError<"owner-rotated"> {
  return new AnamnesisError({
    code: "owner-rotated",
    rule: "The ledger takes one rotation of each generation, the first that reaches it.",
    fix: "Rotate again with the key behind the next digest that the ledger names.",
  });
}
