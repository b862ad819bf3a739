import type { CorrectionPage } from "@anamnesis/api/routes/corrections";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { ownActor } from "../directory/ownActor.ts";
import { notAuthorised } from "../runtime/refuse.ts";
import { correctionPageOf } from "./correctionPages.ts";

/** What owners ask this organisation to put right and nobody has answered, for its own active people. Throws `not-authorised`. @param signer Ed25519 key that signed the request. */
export async function correctionQueue(
  context: Pick<NodeContext, "db" | "organisation" | "clock">,
  signer: Hex | null,
  from: number,
): Promise<CorrectionPage> {
  const role = (await ownActor(context, signer))?.role;
  if (role !== "practitioner" && role !== "staff") throw notAuthorised("people of this organisation");
  const { db, organisation, clock } = context;
  return correctionPageOf(db, { organisation, now: clock.now() }, from);
}
