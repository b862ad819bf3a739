import type { ActorId, Address, OrganisationId } from "@anamnesis/core/ids";
import type { LedgerCopy } from "../indexer/ledgerCopy.ts";

/**
 * True when `signer` is the account of the organisation itself, or of a device of it with this id that was active.
 * @param atBlock as of the end of this block: what a device wrote before it was retired stays its own. Now, when left out.
 */
export async function signsFor(
  copy: Pick<LedgerCopy, "member" | "actor">,
  organisation: OrganisationId,
  author: ActorId,
  signer: Address,
  atBlock?: number,
): Promise<boolean> {
  const member = await copy.member(organisation);
  if (member === null) return false;
  if ((author as string) === (organisation as string)) return member.signer === signer;
  const actor = await copy.actor(author, atBlock);
  return (
    actor !== null &&
    actor.active &&
    actor.role === "device" &&
    actor.organisation === organisation &&
    actor.signer === signer
  );
}
