import type { Delegation } from "@anamnesis/core/consent/delegation";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Address, SegmentId } from "@anamnesis/core/ids";
import type { SegmentOpening } from "@anamnesis/core/segment/segmentId";
import { provenSegment } from "../access/provenSegment.ts";
import type { NodeContext } from "../context.ts";
import { isOwnedStill } from "../oauth/patientLogin.ts";

/**
 * The segment of which a signer shows itself as the present owner, or as the device that the owner lets read. Whoever does not is refused in the same way, whatever is here.
 * Throws `bad-request-signature`, `custody-not-ready`. @param signer `null`: nobody signed.
 */
export async function requireSegmentOwner(
  context: Pick<NodeContext, "db" | "clock" | "copy" | "settings" | "ledger">,
  opening: SegmentOpening,
  signer: Address | null,
  delegation: Delegation | null,
): Promise<SegmentId> {
  const proven = signer === null ? null : provenSegment(context.ledger.identity, opening, signer, delegation);
  if (proven !== null && (await isOwnedStill(context, [proven]))) return proven.segment;
  throw new AnamnesisError({
    code: "bad-request-signature",
    rule: "A correction is asked for, listed and withdrawn by the present owner of the record's segment.",
    fix: "Sign with the newest copy of your keys.",
  });
}
