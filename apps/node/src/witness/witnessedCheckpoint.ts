import { cosign } from "@anamnesis/core/audit/cosignature";
import { witnessName } from "@anamnesis/core/audit/logOrigin";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";

/** The largest head of a log that this witness cosigned, with its cosignature of now. Throws `not-found`. */
export async function witnessedCheckpoint(
  { witnessed, organisation, keys, clock }: NodeContext,
  log: OrganisationId,
): Promise<string> {
  const witness = { name: witnessName(organisation), publicKey: keys.card.ed25519 };
  // In turn with `addCheckpoint`: what is signed is the largest at that time.
  return witnessed.update(log, async ({ checkpoint }) => {
    if (checkpoint === null) throw notFound();
    return checkpoint + (await cosign(checkpoint, witness, clock.now(), keys.signMessage));
  });
}
