import { AnamnesisError } from "@anamnesis/core/errors";
import type { ActorId, OrganisationId } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { grantConsent } from "@anamnesis/sdk/grant";
import { termsOf } from "../../share/termsOf.ts";
import { keyCardOf } from "../keyCards.ts";
import type { NewShare, SharedPart } from "../protocol.ts";
import { browserRuntime } from "../runtime.ts";
import { consortium, patientKeys } from "../session.ts";
import { savePatient } from "../vaultStore.ts";

/**
 * Signs and delivers what the patient chose. Throws `unknown-grantee` besides what `grantConsent` throws; a share that was signed and not delivered is kept and goes on at the
 * next visit.
 */
export async function share(chosen: NewShare): Promise<{ readonly consents: readonly string[] }> {
  const all = await consortium();
  const grantee =
    all.actors.get(chosen.grantee as ActorId) ?? all.members.get(chosen.grantee as OrganisationId);
  if (grantee === undefined) throw unknownGrantee();
  const card = await keyCardOf(all, grantee);
  const consents: string[] = [];
  for (const [types, kinds] of byTypes(chosen.parts)) {
    const granted = await grantConsent({
      runtime: browserRuntime,
      consortium: all,
      keys: patientKeys(),
      save: savePatient,
      kinds,
      grantee: { id: chosen.grantee as ActorId, card },
      ...termsOf(chosen, { resourceTypes: JSON.parse(types) as readonly string[] }),
    });
    consents.push(...granted.consents);
  }
  return { consents };
}

/** Segments of which the same types are shared are granted together. */
function byTypes(parts: readonly SharedPart[]): ReadonlyMap<string, readonly SegmentKind[]> {
  const found = new Map<string, SegmentKind[]>();
  for (const { kind, resourceTypes } of parts) {
    const types = JSON.stringify(resourceTypes);
    found.set(types, [...(found.get(types) ?? []), kind]);
  }
  return found;
}

function unknownGrantee(): AnamnesisError<"unknown-grantee"> {
  return new AnamnesisError({
    code: "unknown-grantee",
    rule: "Records are shared with people and organisations of the directory.",
    fix: "Choose somebody from the list; they may have left since it was shown.",
  });
}
