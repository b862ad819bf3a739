import type { ConsentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { keptConsentId, type KeptConsent, type PatientKeys } from "../keys/patientKeys.ts";

export interface GivenConsent extends KeptConsent {
  readonly kind: SegmentKind;
}

/** Every consent that is in the patient's own keys, live or not, by its id. */
export function givenConsents(
  keys: PatientKeys,
  identity: LedgerIdentity,
): ReadonlyMap<ConsentId, GivenConsent> {
  return new Map(
    keys.segments.flatMap(({ opening, consents }) =>
      consents.map((kept) => [keptConsentId(identity, kept), { ...kept, kind: opening.kind }] as const),
    ),
  );
}
