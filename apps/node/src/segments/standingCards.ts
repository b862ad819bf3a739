import { isAnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { cardChain } from "./cardStore.ts";
import { putCards } from "./putCards.ts";
import { waitingChain } from "./waitingChains.ts";

/** All cards of a segment. Of a rotation that the ledger has taken since its chain came here, the chain counts from now on, though nobody brought it again. */
export async function standingCards(
  context: Parameters<typeof putCards>[0],
  segment: SegmentId,
): Promise<readonly Card[]> {
  const held = await cardChain(context.db, segment);
  const waiting = await waitingChain(context, segment, held.at(-1)?.body.generation ?? 0);
  if (waiting === null) return held;
  try {
    await putCards(context, waiting);
  } catch (error) {
    // As when its device brings it: what is here stays.
    if (!isAnamnesisError(error)) throw error;
    return held;
  }
  return cardChain(context.db, segment);
}
