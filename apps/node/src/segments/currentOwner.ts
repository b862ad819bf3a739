import type { Address, SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";

/**
 * Who owns a segment now: whoever its last rotation on the ledger names, else its newest card here. A rotation counts from the block that this
 * node has read, whether or not the new owner's card came here: the owner before has no say from then on. `null`: unknown here.
 */
export async function currentOwner(
  { copy }: Pick<NodeContext, "copy">,
  segment: SegmentId,
  card: Card | null,
): Promise<Address | null> {
  if (card === null) return null;
  return (await copy.rotation(segment))?.owner ?? card.body.owner;
}
