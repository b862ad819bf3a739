import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, OrganisationId } from "@anamnesis/core/ids";
import { grantConsent } from "@anamnesis/sdk/grant";
import type { WalletSigner } from "@anamnesis/sdk/owner/ownerSigner";
import { termsOf } from "../../share/termsOf.ts";
import { keyCardOf } from "../keyCards.ts";
import type { NewShare } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/**
 * Signs and delivers what the patient chose: all of it is signed before any of it is kept or sent. Throws `unknown-grantee` besides what `grantConsent` throws; a share that was signed and not
 * delivered is kept and goes on at the next visit.
 *
 * @param wallet asked where one owns a part.
 */
export async function share(
  chosen: NewShare,
  wallet: WalletSigner,
): Promise<{ readonly consents: readonly string[] }> {
  const all = await consortium();
  const grantee =
    all.actors.get(chosen.grantee as ActorId) ?? all.members.get(chosen.grantee as OrganisationId);
  if (grantee === undefined) throw unknownGrantee();
  const types = new Map(chosen.parts.map(({ kind, resourceTypes }) => [kind, resourceTypes]));
  const { consents } = await grantConsent({
    runtime: { ...browserRuntime, wallet },
    consortium: all,
    keys: patientKeys(),
    save: savePatient,
    kinds: [...types.keys()],
    grantee: { id: chosen.grantee as ActorId, card: await keyCardOf(all, grantee) },
    ...termsOf(chosen, { resourceTypes: ["*"] }),
    typesOf: (kind) => types.get(kind) ?? [],
  });
  return { consents };
}

function unknownGrantee(): AnamnesisError<"unknown-grantee"> {
  return new AnamnesisError({
    code: "unknown-grantee",
    rule: "Records are shared with people and organisations of the directory.",
    fix: "Choose somebody from the list; they may have left since it was shown.",
  });
}
