import type { ActorId, Address, OrganisationId } from "@anamnesis/core/ids";
import type { ActorRow, LedgerCopy } from "../indexer/ledgerCopy.ts";

/**
 * As of when the signer has to have been the organisation's. `now`: for what it writes. `ever`: for what a home keeps of another
 * organisation, whose own node has judged it. A block: for what was anchored in it; what a device wrote before it was
 * retired stays its own, and so does what an organisation signed with a key that it replaced: its own anchor vouches for that.
 */
export type SignedWhen = "now" | "ever" | { readonly block: number };

/** What an organisation's people and devices write counts as written by it; its staff at the desk write no records. */
const AUTHORS: ReadonlySet<ActorRow["role"]> = new Set(["device", "practitioner"]);

/** True when `signer` is the account of the organisation itself, or of a device or practitioner of it with this id that was active then. */
export async function signsFor(
  copy: Pick<LedgerCopy, "memberKeys" | "actor" | "actorHistory">,
  organisation: OrganisationId,
  author: ActorId,
  signer: Address,
  when: SignedWhen,
): Promise<boolean> {
  if ((author as string) === (organisation as string)) {
    const keys = await copy.memberKeys(organisation);
    if (when === "now") return keys[0]?.signer === signer;
    const latest = when === "ever" ? Infinity : when.block;
    return keys.some((key) => key.signer === signer && key.block <= latest);
  }
  const versions = when === "ever" ? await copy.actorHistory(author) : [await versionAt(copy, author, when)];
  return versions.some(
    (actor) =>
      actor !== null &&
      actor.active &&
      AUTHORS.has(actor.role) &&
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
