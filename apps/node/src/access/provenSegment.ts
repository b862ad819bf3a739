import { consentIdOf } from "@anamnesis/core/consent/consent";
import { type Delegation, delegationCommitment } from "@anamnesis/core/consent/delegation";
import { signsFor } from "@anamnesis/core/consent/signsFor";
import type { Address, ConsentId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { type SegmentOpening, segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";

/** A segment of which somebody signed that it is theirs. */
export interface ProvenSegment {
  readonly segment: SegmentId;
  readonly kind: SegmentKind;
  /** With whom it began, as its opening proved. */
  readonly first: Address;
  /** Who signed, or who let the signer read. */
  readonly owner: Address;
  /** By which the signer reads; absent when the owner signed itself. */
  readonly delegation?: {
    readonly id: ConsentId;
    readonly notBefore: UnixSeconds;
    readonly notAfter: UnixSeconds;
  };
}

/** What a signature about an opening says; `null` when what is shown with it is no delegation to the signer. Whether it holds is `isOwnedStill`'s to say. */
export function provenSegment(
  identity: LedgerIdentity,
  opening: SegmentOpening,
  signer: Address,
  shown: Delegation | null,
): ProvenSegment | null {
  const segment = segmentIdOfOpening(opening);
  const owner = signsFor(identity, segment, signer, shown);
  if (owner === null) return null;
  const proven = { segment, kind: opening.kind, first: opening.owner, owner };
  if (shown === null) return proven;
  const { revoker, notBefore, notAfter } = shown.body;
  const id = consentIdOf(identity, revoker, delegationCommitment(identity, shown.body));
  return { ...proven, delegation: { id, notBefore, notAfter } };
}
