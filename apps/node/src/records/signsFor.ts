import type { ActorId, Address, OrganisationId } from "@anamnesis/core/ids";
import type { LedgerCopy } from "../indexer/ledgerCopy.ts";

/** True when `signer` is the account of the organisation itself, or of an active device of it with this id. */
export async function signsFor(
  copy: LedgerCopy,
  organisation: OrganisationId,
  author: ActorId,
  signer: Address,
): Promise<boolean> {
  const member = await copy.member(organisation);
  if (member === null) return false;
  if ((author as string) === (organisation as string)) return member.signer === signer;
  const actor = await copy.actor(author);
  return (
    actor !== null &&
    actor.active &&
    actor.role === "device" &&
    actor.organisation === organisation &&
    actor.signer === signer
  );
}
