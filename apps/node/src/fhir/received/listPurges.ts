import type { PurgePage } from "@anamnesis/api/routes/received";
import { AnamnesisError } from "@anamnesis/core/errors";
import { type AccessRequest, accessRequestSigner } from "@anamnesis/core/release/accessRequest";
import { provenSegment } from "../../access/provenSegment.ts";
import type { RequestWindow } from "../../access/requestWindow.ts";
import type { NodeContext } from "../../context.ts";
import { isOwnedStill } from "../../oauth/patientLogin.ts";

const PAGE = 512;

/**
 * What this node deleted of what was received from the asker's segment: which record, under which consent, why and when. Whoever owns a segment of which nothing was ever here gets an empty list, and whoever does
 * not own it the same refusal whatever is here. Throws `bad-request-signature`, `custody-not-ready`, and what the window throws.
 */
export async function listPurges(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "organisation" | "ledger">,
  window: RequestWindow,
  request: AccessRequest,
): Promise<PurgePage> {
  const { what, audience, opening, requester, delegation, nonce, time, from } = request.body;
  const signer = accessRequestSigner(request);
  if (signer === null || what !== "purges" || audience !== context.organisation) throw notOwner();
  window.admit(signer, nonce, time, context.clock.now());
  const proven = provenSegment(context.ledger.identity, opening, signer, delegation);
  if (proven === null || requester !== null || !(await isOwnedStill(context, [proven]))) throw notOwner();
  const { segment } = proven;
  const rows = await context.db.query<PurgePage["purges"][number] & { readonly [column: string]: unknown }>(
    `select record, organisation, consent, reason, purged_at as "purgedAt" from received_purges
     where segment = $1 order by number offset $2 limit $3`,
    [segment, from, PAGE + 1],
  );
  const purges = rows.slice(0, PAGE).map(({ record, organisation, consent, reason, purgedAt }) => ({
    record,
    organisation,
    consent,
    reason,
    purgedAt,
  }));
  return { purges, next: rows.length > PAGE ? from + PAGE : null };
}

function notOwner(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "What was deleted is shown to the segment's present owner, who signs a request to this node.",
    fix: "Sign with the newest copy of your keys.",
  });
}
