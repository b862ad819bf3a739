import type { RequestPage } from "@anamnesis/api/routes/requests";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type AccessRequest, accessRequestSigner } from "@anamnesis/core/release/accessRequest";
import { provenSegment } from "../access/provenSegment.ts";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { isOwnedStill } from "../oauth/patientLogin.ts";
import { requestPageOf } from "./requestPages.ts";

/**
 * Who asks the owner of a segment for access. Whoever owns a segment for which nothing is here gets an empty list, and whoever does not own it the same refusal whatever is here.
 * Throws `bad-request-signature`, `custody-not-ready`, and what the window throws.
 */
export async function listRequests(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "organisation" | "ledger">,
  window: RequestWindow,
  request: AccessRequest,
): Promise<RequestPage> {
  const { what, audience, opening, requester, delegation, nonce, time, from } = request.body;
  const signer = accessRequestSigner(request);
  if (signer === null || what !== "requests" || audience !== context.organisation) throw notOwner();
  window.admit(signer, nonce, time, context.clock.now());
  const proven = provenSegment(context.ledger.identity, opening, signer, delegation);
  if (proven === null || requester !== null || !(await isOwnedStill(context, [proven]))) throw notOwner();
  const { segment } = proven;
  return requestPageOf(context.db, { segment }, from);
}

function notOwner(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "Requests for access are shown to the segment's present owner, who signs a request to this node.",
    fix: "Sign with the newest copy of your keys.",
  });
}
