import type { Card } from "@anamnesis/core/segment/card";

/** Of two chains of one segment the one of the later owner is newer, of one owner's the longer one. */
export function isNewerChain(cards: readonly Card[], than: readonly Card[]): boolean {
  const later = generationOf(cards) - generationOf(than);
  return later === 0 ? cards.length > than.length : later > 0;
}

function generationOf(cards: readonly Card[]): number {
  return cards.at(-1)?.body.generation ?? -1;
}
