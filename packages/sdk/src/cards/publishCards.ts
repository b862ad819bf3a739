import type { Client } from "@anamnesis/api/client";
import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { codeOf } from "../ourError.ts";

/** What became of a card at one node; `code` when it did not take it. */
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
  try {
    await client.call(exchangeRoutes.putCard, {}, newest);
  } catch (error) {
    if (!(error instanceof AnamnesisError) || error.code !== "bad-card" || cards.length === 1) throw error;
    const known = await cardsAt(client, segment);
    for (const card of cards.slice(known.length)) await client.call(exchangeRoutes.putCard, {}, card);
  }
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
