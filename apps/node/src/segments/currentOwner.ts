import type { Address } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";

/**
 * Who owns a segment now: whoever its last rotation on the ledger names, else the owner on its newest card here. A rotation counts from the
 * block that this node has read, whether or not the new owner's card came here: the owner before has no say from then on.
 */
export async function currentOwner(
  { copy }: Pick<NodeContext, "copy">,
  { body }: Pick<Card, "body">,
): Promise<Address> {
  return (await copy.rotation(body.segment))?.owner ?? body.owner;
}
