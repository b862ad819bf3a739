import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type Card, cardDigest } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";
import { cardChain } from "../segments/cardStore.ts";
import { newestCardDigests } from "../segments/segmentStates.ts";

/** Brings the home up to this node's cards of the segments. Which of them it lacks, one question tells for all. */
export async function sendCards(
  context: Pick<NodeContext, "db" | "log">,
  client: Client,
  segments: readonly SegmentId[],
): Promise<void> {
  if (segments.length === 0) return;
  const ours = await newestCardDigests(context.db, segments);
  const { segments: theirs } = await client.call(exchangeRoutes.segmentStates, {}, { segments });
  for (const [i, segment] of segments.entries()) {
    // Each card names the one before, so the same newest card is the same chain.
    const newest = theirs[i]?.newestCard ?? null;
    if (newest === null || newest !== ours.get(segment)) await sendCardsOf(context, client, segment);
  }
}

/**
 * Brings the segment's cards that this node knows and the home does not have to the home, in their order. A home that
 * holds another card of one number, or a later owner's chain, keeps its own as evidence of the owner's double signing, and that is not for this
 * node to settle. With a rotation the whole chain goes, for it may have to take other cards' place there. Passes on what the home
 * answered otherwise.
 */
async function sendCardsOf(
  { db, log }: Pick<NodeContext, "db" | "log">,
  client: Client,
  segment: SegmentId,
): Promise<void> {
  const cards = await cardChain(db, segment);
  const theirs = await heldBy(client, segment);
  const held = new Set(theirs.map((card) => cardDigest(card.body)));
  const due = cards.filter((card) => !held.has(cardDigest(card.body)));
  const [first] = due;
  if (first === undefined) return;
  const { number } = first.body;
  const generation = generationOf(cards);
  if (generationOf(theirs) > generation) return log.warn("replication-cards-overruled", { segment, number });
  try {
    if (generation > 0) await client.call(exchangeRoutes.putCards, {}, { cards });
    else for (const card of due) await client.call(exchangeRoutes.putCard, {}, card);
  } catch (error) {
    if (!hasCode(error, "card-conflict") && !hasCode(error, "owner-rotated")) throw error;
    log.warn("replication-card-conflict", { segment, number });
  }
}

function generationOf(cards: readonly Card[]): number {
  return cards.at(-1)?.body.generation ?? 0;
}

/** The home's cards; none when it does not know the segment. */
async function heldBy(client: Client, segment: SegmentId): Promise<readonly Card[]> {
  try {
    return (await client.call(exchangeRoutes.getCards, { segment }, undefined)).cards;
  } catch (error) {
    if (error instanceof AnamnesisError && error.code === "not-found") return [];
    throw error;
  }
}
