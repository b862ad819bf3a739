import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { cardDigest } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";
import { cardChain } from "../segments/cardStore.ts";

/**
 * Brings the segment's cards that this node knows and the home does not have to the home, in their order. A home that
 * holds another card of one number keeps its own as evidence of the owner's double signing, and that is not for this
 * node to settle. With a rotation the whole chain goes, for it may have to take other cards' place there. Passes on what the home
 * answered otherwise.
 */
export async function sendCards(
  { db, log }: Pick<NodeContext, "db" | "log">,
  client: Client,
  segment: SegmentId,
): Promise<void> {
  const cards = await cardChain(db, segment);
  const held = await heldBy(client, segment);
  if ((cards.at(-1)?.body.generation ?? 0) > 0) {
    if (cards.some((card) => !held.has(cardDigest(card.body)))) {
      await client.call(exchangeRoutes.putCards, {}, { cards });
    }
    return;
  }
  for (const card of cards) {
    if (held.has(cardDigest(card.body))) continue;
    try {
      await client.call(exchangeRoutes.putCard, {}, card);
    } catch (error) {
      if (!hasCode(error, "card-conflict")) throw error;
      log.warn("replication-card-conflict", { segment, number: card.body.number });
    }
  }
}

/** Digests of the cards that the home gives; none when it does not know the segment. */
async function heldBy(client: Client, segment: SegmentId): Promise<ReadonlySet<string>> {
  try {
    const { cards } = await client.call(exchangeRoutes.getCards, { segment }, undefined);
    return new Set(cards.map((card) => cardDigest(card.body)));
  } catch (error) {
    if (error instanceof AnamnesisError && error.code === "not-found") return new Set();
    throw error;
  }
}
