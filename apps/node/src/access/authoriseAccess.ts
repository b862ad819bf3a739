import { decideSegment } from "@anamnesis/core/consent/decide";
import { isReadingDelegation } from "@anamnesis/core/consent/readingDelegation";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import { type AccessRequest, accessRequestSigner } from "@anamnesis/core/release/accessRequest";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { NodeContext } from "../context.ts";
import { newestCard } from "../segments/cardStore.ts";
import { currentOwner } from "../segments/currentOwner.ts";
import { notFound } from "../runtime/refuse.ts";
import type { CatchUp } from "./catchUp.ts";
import { decisionAuthority, ledgerState, revocableIds } from "./requesterState.ts";
import type { RequestWindow } from "./requestWindow.ts";

export interface AccessServices {
  readonly window: RequestWindow;
  readonly catchUp: CatchUp;
}

/**
 * Lets the segment's owner, or a grantee with a live consent, see what this node keeps about a segment; receipts the owner alone, and whom it lets read in its place. Everything
 * that fails after the signature reads `not-found`, so that nobody learns which segments exist. For who is in the directory, what was registered a moment ago is waited for
 * first, whatever it is about.
 */
export async function authoriseAccess(
  context: NodeContext,
  { window, catchUp }: AccessServices,
  request: AccessRequest,
  what: AccessRequest["body"]["what"],
): Promise<SegmentId> {
  const { body } = request;
  const signer = accessRequestSigner(request);
  if (signer === null || body.what !== what || body.audience !== context.organisation) {
    throw new AnamnesisError({
      code: "bad-request-signature",
      rule: "An access request is signed by who asks, for one purpose and one node.",
      fix: "Sign a request that names this node and what you want to see.",
    });
  }
  window.admit(signer, body.nonce, body.time, context.clock.now());
  const authority = decisionAuthority(context, body);
  // Who is in the directory alone: a stranger's made-up consents would take the places of those who wait for a true one.
  const actor = body.requester === null ? null : await context.copy.actor(body.requester.actor);
  const shown = revocableIds(authority);
  if (actor?.signer === signer) await catchUp({ batches: [], consents: shown, shown });
  const segment = segmentIdOfOpening(body.opening);
  const known = await newestCard(context.db, segment);
  if (known === null) throw notFound();
  const state = await ledgerState(context, await currentOwner(context, known), body.requester, authority);
  const decision = decideSegment(
    {
      signer,
      requester: body.requester,
      action: "read",
      purpose: body.purpose,
      segment,
      kind: body.opening.kind,
    },
    authority,
    state,
  );
  const isOwners =
    decision.permit &&
    (decision.basis === "owner" ||
      (decision.basis === "proxy" && body.delegation !== null && isReadingDelegation(body.delegation.body)));
  if (!decision.permit || (what === "receipts" && !isOwners)) {
    context.metrics.count("access_refused_total", { what });
    throw notFound();
  }
  return segment;
}
