import { array, hash32, type Infer, struct } from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import type { OrganisationId, UnixSeconds } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { card } from "@anamnesis/core/segment/card";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { permit, type Permit, permitTypedData } from "@anamnesis/core/segment/permit";
import { segmentOpening } from "@anamnesis/core/segment/segmentId";
import type { PatientKeys } from "./keys/patientKeys.ts";
import { ownerSigner, type WalletSigner } from "./owner/ownerSigner.ts";

/**
 * What a patient hands to an organisation at the desk: per segment its opening (so that the kind is known), its cards and
 * a permit. It holds no secret key, but it links the patient's segments: it is for this organisation alone.
 */
export const admission = defineFormat(
  "admission",
  struct({
    organisation: hash32<OrganisationId>(),
    segments: array(
      struct({ opening: segmentOpening, cards: array(card, 4096, 1), permit }),
      SEGMENT_KINDS.length,
      1,
    ),
  }),
  64 * 1024 * 1024,
);
export type Admission = Infer<typeof admission>;

export interface PermitParameters {
  readonly keys: PatientKeys;
  readonly identity: LedgerIdentity;
  readonly organisation: OrganisationId;
  /** The organisation may append until then. */
  readonly notAfter: UnixSeconds;
  readonly random: (length: number) => Uint8Array;
  /** Asked for the parts that a wallet owns. */
  readonly wallet?: WalletSigner | undefined;
}

/**
 * Signs a permit for every segment: a permit for some kinds only would say which ones there is something to write in. Throws what `ownerSigner` throws.
 */
export async function permitOrganisation(parameters: PermitParameters): Promise<Admission> {
  const { keys, identity, organisation, notAfter, random, wallet } = parameters;
  const signer = ownerSigner(keys, wallet);
  const segments: Admission["segments"][number][] = [];
  // One after the other: a person answers one question at a time.
  for (const { id, opening, cards } of keys.segments) {
    const body: Permit["body"] = { segment: id, organisation, notAfter, salt: random(32) };
    const signature = await signer(opening.kind, permitTypedData(identity, body));
    segments.push({ opening, cards, permit: { body, signature } });
  }
  return { organisation, segments };
}
