import { AnamnesisError } from "@anamnesis/core/errors";
import type { Card } from "@anamnesis/core/segment/card";

/** Most cards of one owner: who stole an owner's key cannot fill a chain, which has room for 4,096 (`card-chain`). */
export const MOST_CARDS_OF_OWNER = 1024;
/** Most cards of all owners but for rotations, which always find room. */
const MOST_CARDS = 4000;

/** @param cards a whole chain. Throws `too-many-cards`. */
export function requireRoomFor(cards: readonly Card[]): void {
  const perOwner = new Map<number, number>();
  for (const { body } of cards) perOwner.set(body.generation, (perOwner.get(body.generation) ?? 0) + 1);
  const most = Math.max(...perOwner.values());
  const rotates = cards.at(-1)?.body.rotation !== null;
  if (most <= MOST_CARDS_OF_OWNER && (rotates || cards.length <= MOST_CARDS)) return;
  throw new AnamnesisError({
    code: "too-many-cards",
    rule: `A segment has at most ${MOST_CARDS_OF_OWNER} cards of one owner and ${MOST_CARDS} in all.`,
    fix: "Rotate the owner with the recovery kit: the next owner's cards are counted anew.",
  });
}
