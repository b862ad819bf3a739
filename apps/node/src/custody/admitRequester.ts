import type { Address } from "@anamnesis/core/ids";
import { delegationSigner } from "@anamnesis/core/consent/delegation";
import type { ReleaseRequestBody } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";
import { cardChain } from "../segments/cardStore.ts";

/**
 * Lets a release request go on to the receipt when its signer is somebody: an actor that stands in the directory with this
 * account, an owner, of now or of before, of a segment that this node knows, or a proxy that such an owner named. Others would only fill
 * the log. What it answers depends on the request and the directory alone, so it tells nobody which segments exist; only who proved to be a
 * segment's owner learns that this node does not know it.
 *
 * An actor that is not active goes on: the patient shall see that somebody who was let go tried.
 *
 * Throws `not-authorised`, `not-found`.
 *
 * @param card newest card of the request's segment, `null` when there is none.
 * @param owner who owns it now (`currentOwner`), `null` when there is no card.
 */
export async function admitRequester(
  context: Pick<NodeContext, "copy" | "db" | "ledger">,
  { requester, opening, delegation }: Pick<ReleaseRequestBody, "requester" | "opening" | "delegation">,
  signer: Address,
  card: Card | null,
  owner: Address | null,
): Promise<void> {
  if (requester !== null) {
    const actor = await context.copy.actor(requester.actor);
    if (actor?.signer !== signer) throw notAuthorised("actors in the directory and owners of segments");
    return;
  }
  const by =
    delegation?.body.proxy === signer ? delegationSigner(context.ledger.identity, delegation) : signer;
  const owners: readonly (Address | null)[] = [opening.owner, card?.body.owner ?? null, owner];
  if (!owners.includes(by) && !owners.includes(signer) && !(await ownedBefore(context, card, by))) {
    throw notAuthorised("actors in the directory and owners of segments");
  }
  if (card === null) throw notFound();
}

/** Whether this account owned the segment between two rotations: that who has its keys tries them is for the patient to see. */
async function ownedBefore(
  { db }: Pick<NodeContext, "db">,
  card: Card | null,
  account: Address | null,
): Promise<boolean> {
  if (card === null || card.body.generation < 2) return false;
  const chain = await cardChain(db, card.body.segment);
  return chain.some(({ body }) => body.rotation !== null && body.owner === account);
}
