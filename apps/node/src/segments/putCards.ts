import { setImmediate } from "node:timers/promises";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Card, cardDigest, verifyCard } from "@anamnesis/core/segment/card";
import { rotationOnLedger } from "@anamnesis/core/segment/rotation";
import type { NodeContext } from "../context.ts";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { RotationRow } from "../indexer/ledgerCopy.ts";
import { dedupeOf } from "../outbox/dedupe.ts";
import { enqueueIntent } from "../outbox/enqueueIntent.ts";
import { requireRoom } from "../outbox/requireRoom.ts";
import { cardChain, cardConflict, insertCard, keepEvidence, ownerRotated } from "./cardStore.ts";
import { requireRoomFor } from "./cardLimits.ts";
import { forgetWaiting, keepWaiting } from "./waitingChains.ts";

/** `waiting`: the chain's last rotation is on its way to the ledger, which has to say so before this node takes the chain. */
export type ChainStatus = "kept" | "waiting";

/**
 * Takes a segment's whole chain of cards. What it rotates and the ledger does not know yet goes to the ledger first: ask again
 * until the chain is kept; if nobody does, see `standingCards`. Cards here that are not in a chain of a later owner make way for it and stay as evidence: whoever stole an
 * owner's key and published cards with it is overruled by the key behind the next owner's digest.
 *
 * Anybody may ask, so what is cheap is looked at first, and only cards that are not here are verified.
 *
 * Throws `bad-card`, `owner-rotated`, `card-conflict` (two chains of one owner), `too-many-cards`, `busy`.
 */
export async function putCards(
  context: Pick<NodeContext, "db" | "durable" | "ledger" | "log" | "copy" | "wake">,
  cards: readonly Card[],
): Promise<ChainStatus> {
  const newest = cards.at(-1);
  if (newest === undefined) throw emptyChain();
  const { segment, generation } = newest.body;
  const standing = await context.copy.rotation(segment);
  const known = standing?.generation ?? 0;
  if (generation < known) throw ownerRotated(known);
  if (standing !== null && !hasRotation(cards, standing)) throw anotherOwner();
  // Each rotation waits for the one before: of several the others brought the first ones, and this node has yet to read them.
  if (generation > known + 1) return "waiting";
  requireRoomFor(cards);
  await verifyNew(context, cards);
  if (generation > known) {
    await bringToLedger(context, cards);
    return "waiting";
  }
  const conflict = await context.durable("card.chain", () =>
    context.db.transaction(async (tx) => {
      await forgetWaiting(tx, segment, generation);
      return replaceChain(tx, segment, cards);
    }),
  );
  if (conflict === null) return "kept";
  context.log.warn("card-conflict", { segment, number: conflict });
  throw cardConflict(conflict);
}

/** Cards that are verified in one piece; others are served in between. */
const AT_ONCE = 64;

/** Those that follow what is here were verified when they came. Throws `bad-card`. */
async function verifyNew(
  { db, ledger }: Pick<NodeContext, "db" | "ledger">,
  cards: readonly Card[],
): Promise<void> {
  const held = await cardChain(db, (cards[0] as Card).body.segment);
  const common = commonPart(held, cards);
  for (let i = common; i < cards.length; i++) {
    verifyCard(ledger.identity, cards[i] as Card, cards[i - 1] ?? null);
    if (i % AT_ONCE === AT_ONCE - 1) await setImmediate();
  }
}

/** How many cards two chains begin with alike. */
function commonPart(held: readonly Card[], cards: readonly Card[]): number {
  const parted = held.findIndex((card, i) => digestAt(cards, i) !== cardDigest(card.body));
  return parted === -1 ? held.length : parted;
}

function hasRotation(cards: readonly Card[], { generation, owner, nextOwner }: RotationRow): boolean {
  const first = cards.find((card) => card.body.generation === generation)?.body;
  return first?.owner === owner && first.nextOwner === nextOwner;
}

/** The chain's last rotation, the one that the ledger does not know; the chain waits for it. */
async function bringToLedger(
  context: Pick<NodeContext, "db" | "durable" | "wake">,
  cards: readonly Card[],
): Promise<void> {
  const first = (cards[0] as Card).body;
  const body = cards.findLast((card) => card.body.rotation !== null)?.body;
  if (body === undefined || body.rotation === null) return;
  const signed = rotationOnLedger({ ...body, rotation: body.rotation }, first);
  await requireRoom(context.db);
  await context.durable("rotation.outbox", () =>
    context.db.transaction(async (tx) => {
      await enqueueIntent(tx, signed, dedupeOf(signed.intent));
      await keepWaiting(tx, cards);
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
  const common = commonPart(held, cards);
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

function emptyChain(): AnamnesisError<"bad-card"> {
  return new AnamnesisError({
    code: "bad-card",
    rule: "A chain has a first card.",
    fix: "Send all of a segment's cards from the first.",
    meta: { reason: "number" },
  });
}

function anotherOwner(): AnamnesisError<"owner-rotated"> {
  return new AnamnesisError({
    code: "owner-rotated",
    rule: "The ledger takes one rotation of each generation, the first that reaches it.",
    fix: "Rotate again with the key behind the next digest that the ledger names.",
  });
}
