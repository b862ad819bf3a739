import type { CorrectionPage } from "@anamnesis/api/routes/corrections";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type AccessRequest, accessRequestSigner } from "@anamnesis/core/release/accessRequest";
import type { RequestWindow } from "../access/requestWindow.ts";
import type { NodeContext } from "../context.ts";
import { correctionPageOf } from "./correctionPages.ts";
import { requireSegmentOwner } from "./requireSegmentOwner.ts";

/**
 * What the owner of a segment asked to be put right here, and what was said. Whoever owns a segment for which nothing is here gets an empty list, and whoever does not own it the same refusal whatever is here.
 * Throws `bad-request-signature`, `custody-not-ready`, and what the window throws.
 */
export async function listCorrections(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "organisation" | "ledger">,
  window: RequestWindow,
  request: AccessRequest,
): Promise<CorrectionPage> {
  const { what, audience, opening, requester, delegation, nonce, time, from } = request.body;
  const signer = accessRequestSigner(request);
  const meant = what === "corrections" && audience === context.organisation && requester === null;
  if (signer === null || !meant) throw notMeant();
  window.admit(signer, nonce, time, context.clock.now());
  const segment = await requireSegmentOwner(context, opening, signer, delegation);
  return correctionPageOf(context.db, { segment }, from);
}

function notMeant(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "Corrections are shown to the segment's present owner, who signs a request to this node.",
    fix: "Sign with the newest copy of your keys.",
  });
}
