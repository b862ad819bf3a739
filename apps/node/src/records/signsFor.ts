import type { ActorId, Address, OrganisationId } from "@anamnesis/core/ids";
import type { ActorRow, LedgerCopy } from "../indexer/ledgerCopy.ts";

/**
 * As of when a device has to have been active. `now`: for what it writes. `ever`: for what a home keeps of another
 * organisation, whose own node has judged it. A block: for what was anchored in it; what a device wrote before it was
 * retired stays its own.
 */
export type SignedWhen = "now" | "ever" | { readonly block: number };

/** True when `signer` is the account of the organisation itself, or of a device of it with this id that was active then. */
export async function signsFor(
  copy: Pick<LedgerCopy, "member" | "actor" | "actorHistory">,
  organisation: OrganisationId,
  author: ActorId,
  signer: Address,
  when: SignedWhen,
): Promise<boolean> {
  const member = await copy.member(organisation);
  if (member === null) return false;
  if ((author as string) === (organisation as string)) return member.signer === signer;
  const versions = when === "ever" ? await copy.actorHistory(author) : [await versionAt(copy, author, when)];
  return versions.some(
    (actor) =>
      actor !== null &&
      actor.active &&
      actor.role === "device" &&
      actor.organisation === organisation &&
      actor.signer === signer,
  );
}

function versionAt(
  copy: Pick<LedgerCopy, "actor">,
  author: ActorId,
  when: Exclude<SignedWhen, "ever">,
): Promise<ActorRow | null> {
  return when === "now" ? copy.actor(author) : copy.actor(author, when.block);
}
