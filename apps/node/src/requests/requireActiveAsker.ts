import type { Address } from "@anamnesis/core/ids";
import type { Asker } from "@anamnesis/core/request/consentRequest";
import type { NodeContext } from "../context.ts";
import { notAuthorised } from "../runtime/refuse.ts";

/**
 * Lets somebody ask whom the directory knows now under this very name and with these keys, at an active member. Throws `not-authorised`.
 * @param signer who signed, `null` for nobody.
 */
export async function requireActiveAsker(
  { copy }: Pick<NodeContext, "copy">,
  { actor, organisation, keyCard }: Asker,
  signer: Address | null,
): Promise<void> {
  const known = await copy.actor(actor);
  const fits =
    known !== null &&
    known.active &&
    known.memberActive &&
    known.organisation === organisation &&
    known.keyCard === keyCard &&
    known.signer === signer;
  if (!fits) throw notAuthorised("active people and devices of active members");
}
