import type { ActorId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** True for a person or device of this organisation that the ledger's copy says is active, and whose organisation is. */
export async function isActiveActor(
  { copy, organisation }: Pick<NodeContext, "copy" | "organisation">,
  actor: ActorId,
): Promise<boolean> {
  const row = await copy.actor(actor);
  return row !== null && row.organisation === organisation && row.active && row.memberActive;
}
