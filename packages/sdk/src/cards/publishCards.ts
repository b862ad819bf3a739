import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { codeOf } from "../ourError.ts";

/** What became of a card at one node; `code` when it did not take it, `node-unreachable` also when it did not say so in time. */
export interface Publication {
  readonly segment: SegmentId;
  readonly organisation: OrganisationId;
  readonly code: string | null;
}

/**
 * Brings a node up to the newest of `cards` (all of a segment, from the first). A node takes a card only as the next one
 * of its chain, so one that was away gets those that it missed. Nothing happens where it has them all. Never throws
 * for what a node answers.
 */
export async function publishCards(
  client: Client,
  organisation: OrganisationId,
  segment: SegmentId,
  cards: readonly Card[],
): Promise<Publication> {
  try {
    await bringUp(client, segment, cards);
    return { segment, organisation, code: null };
  } catch (error) {
    return { segment, organisation, code: codeOf(error) };
  }
}

async function bringUp(client: Client, segment: SegmentId, cards: readonly Card[]): Promise<void> {
  const newest = cards.at(-1);
  if (newest === undefined) return;
  if (newest.body.rotation !== null) return putChain(client, cards);
  try {
    await client.call(exchangeRoutes.putCard, {}, newest);
  } catch (error) {
    if (!(error instanceof AnamnesisError) || cards.length === 1) throw error;
    if (newest.body.generation > 0 && OVERRULED.has(String(error.code))) return putChain(client, cards);
    if (error.code !== "bad-card") throw error;
    const known = await cardsAt(client, segment);
    for (const card of cards.slice(known.length)) await client.call(exchangeRoutes.putCard, {}, card);
  }
}

/** What a node answers that has cards of an owner before, or has not heard of the rotation. */
const OVERRULED: ReadonlySet<string> = new Set(["bad-card", "card-conflict", "owner-rotated"]);

/** Throws `rotation-waiting` while the node waits for the ledger. */
async function putChain(client: Client, cards: readonly Card[]): Promise<void> {
  const { status } = await client.call(exchangeRoutes.putCards, {}, { cards });
  if (status === "kept") return;
  throw new AnamnesisError({
    code: "rotation-waiting",
    rule: "A node takes a rotation's card once the ledger has the rotation.",
    fix: "Publish the cards again in a moment.",
  });
}

/** A segment's cards as one node has them, unverified; none when it knows no such segment. */
export async function cardsAt(client: Client, segment: SegmentId): Promise<readonly Card[]> {
  try {
    return (await client.call(exchangeRoutes.getCards, { segment }, undefined)).cards;
  } catch (error) {
    if (error instanceof AnamnesisError && error.code === "not-found") return [];
    throw error;
  }
}
