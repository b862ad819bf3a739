import { keyCard } from "@anamnesis/core/actor/keyCard";
import { consent, consentCommitment, consentIdOf } from "@anamnesis/core/consent/consent";
import { delegation } from "@anamnesis/core/consent/delegation";
import {
  address,
  array,
  fixedBytes,
  hash32,
  type Infer,
  nullable,
  oneOf,
  optional,
  struct,
  uint,
} from "@anamnesis/core/encoding/codec";
import { defineFormat } from "@anamnesis/core/encoding/format";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId, OrganisationId, SegmentId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { card, type Card } from "@anamnesis/core/segment/card";
import { SEGMENT_KINDS, segmentKind, type SegmentKind } from "@anamnesis/core/segment/kind";
import { permit } from "@anamnesis/core/segment/permit";
import { segmentOpening } from "@anamnesis/core/segment/segmentId";

/** How far a consent has come. It is kept before anybody else sees it, so that no consent exists that cannot be revoked. */
export const CONSENT_STATUSES = [
  "prepared",
  "granted",
  "revoking",
  "revoked",
  /** Signed by an owner of before, and not again by the owner of now: nobody opens anything under it. */
  "ended",
] as const;

const keptConsent = struct({
  consent,
  /** To whom the segment's key is sealed, again at each new epoch. */
  grantee: keyCard,
  /** At whose node the grantee looks for grants. */
  organisation: hash32<OrganisationId>(),
  status: oneOf(CONSENT_STATUSES),
  /** Newest epoch whose key the grantee's node has taken; `null` before the first. */
  grantedEpoch: nullable(uint(0xffff_ffff)),
});
export type KeptConsent = Infer<typeof keptConsent>;

/** Of a segment that a wallet's account owns. */
const keptWallet = struct({
  account: address,
  /** By which the devices of this patient read in its place; registered before the rotation that named the account leaves. */
  delegation,
  /** As the wallet signed them when it became the owner, or, where it has yet to, as an owner before did; away once homes and authors have them. */
  permits: array(permit, 4096),
});

const keptSegment = struct({
  id: hash32<SegmentId>(),
  opening: segmentOpening,
  /** Every card from the first: a node that missed some gets them from here. */
  cards: array(card, 4096, 1),
  /** The next card, signed and kept before it is sent, so that there is never a second one with its number. */
  pending: nullable(card),
  consents: array(keptConsent, 4096),
  /** Absent while the device's own keys are the owner's. */
  wallet: optional(keptWallet),
});
export type KeptSegment = Infer<typeof keptSegment>;

/** What a patient's device holds. Secret: see `encryptKeys`. The seed is not in it. */
export const patientKeys = defineFormat(
  "patient-keys",
  struct({
    root: fixedBytes(32),
    /** Generation of the root: how many times its seed's owner was rotated. Another seed's owners before it are not counted. */
    generation: uint(0xffff_ffff),
    /** Roots of before, newest last: from them come the revokers of consents that were taken along. They own nothing any more. */
    earlierRoots: array(fixedBytes(32), 4096),
    /** Public keys (compressed SEC1) of the owners that the next root would give, by kind. */
    nextOwners: array(struct({ kind: segmentKind, publicKey: fixedBytes(33) }), SEGMENT_KINDS.length),
    segments: array(keptSegment, SEGMENT_KINDS.length, 1),
  }),
  64 * 1024 * 1024,
);
export type PatientKeys = Infer<typeof patientKeys>;

/** Keeps the keys durably before it resolves; called before every step that others can see. */
export type SaveKeys = (keys: PatientKeys) => Promise<void>;

/** Throws `unknown-segment`. */
export function segmentOf(keys: PatientKeys, kind: SegmentKind): KeptSegment {
  const found = keys.segments.find((segment) => segment.opening.kind === kind);
  if (found !== undefined) return found;
  throw new AnamnesisError({
    code: "unknown-segment",
    rule: "These keys hold a segment of each kind for which the patient enrolled.",
    fix: "Use the keys that the enrolment gave.",
    meta: { kind },
  });
}

export function newestCard(segment: KeptSegment): Card {
  return segment.cards.at(-1) as Card;
}

export function keptConsentId(identity: LedgerIdentity, kept: KeptConsent): ConsentId {
  const { body } = kept.consent;
  return consentIdOf(identity, body.revoker, consentCommitment(identity, body));
}

/** The keys with one segment replaced. */
export function withSegment(keys: PatientKeys, segment: KeptSegment): PatientKeys {
  return { ...keys, segments: keys.segments.map((old) => (old.id === segment.id ? segment : old)) };
}
