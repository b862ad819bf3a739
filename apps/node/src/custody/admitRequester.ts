import type { Address } from "@anamnesis/core/ids";
import type { ReleaseRequestBody } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";
import { notAuthorised, notFound } from "../runtime/refuse.ts";

/**
 * Lets a release request go on to the receipt when its signer is somebody: an actor that stands in the directory with this
 * account, or the owner of a segment that this node knows. Others would only fill the log. What it answers depends on
 * the request and the directory alone, so it tells nobody which segments exist; only who proved to be a segment's owner
 * learns that this node does not know it.
 *
 * An actor that is not active goes on: the patient shall see that somebody who was let go tried.
 *
 * Throws `not-authorised`, `not-found`.
 *
 * @param card newest card of the request's segment, `null` when there is none.
 */
export async function admitRequester(
  context: Pick<NodeContext, "copy">,
  { requester, opening }: Pick<ReleaseRequestBody, "requester" | "opening">,
  signer: Address,
  card: Card | null,
): Promise<void> {
  if (requester !== null) {
    const actor = await context.copy.actor(requester.actor);
    if (actor?.signer !== signer) throw notAuthorised("actors in the directory and owners of segments");
    return;
  }
  if (signer !== opening.owner && signer !== card?.body.owner) {
    throw notAuthorised("actors in the directory and owners of segments");
  }
  if (card === null) throw notFound();
}
