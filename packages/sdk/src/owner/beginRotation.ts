import { consentTypedData } from "@anamnesis/core/consent/consent";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, receiptKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { signRotationCard } from "../cards/signRotation.ts";
import { epochKey } from "../keys/epochKeys.ts";
import type { KeptConsent, KeptSegment, PatientKeys } from "../keys/patientKeys.ts";
import { deviceSigner, type OwnerSigner } from "./ownerSigner.ts";

export interface NextOwner {
  /** Root (32 bytes) whose keys stand behind the segments' next digests. */
  readonly standing: Uint8Array;
  /** The new owner's root and the one after it (32 bytes each), and how many generations its seed had before. */
  readonly root: Uint8Array;
  readonly nextRoot: Uint8Array;
  readonly generation: number;
}

/**
 * A patient's keys after the rotation of all segments, its cards signed and pending: to be kept before anything leaves, see
 * `finishRotation`. Consents that `keep` names are signed again, the others end. From the same keys and roots it is the same each time.
 */
export async function beginRotation(
  identity: LedgerIdentity,
  keys: PatientKeys,
  next: NextOwner,
  keep: (kept: KeptConsent) => boolean,
): Promise<PatientKeys> {
  const nextOwners = keys.segments.map(({ opening: { kind } }) => {
    return { kind, publicKey: ownerKeyOf(next.nextRoot, kind).publicKey };
  });
  const signer = deviceSigner(next);
  const segments: KeptSegment[] = [];
  for (const [i, segment] of keys.segments.entries()) {
    const { id, opening } = segment;
    // A next epoch that was begun and not published everywhere: nodes that have its card keep it.
    const cards = segment.pending === null ? segment.cards : [...segment.cards, segment.pending];
    const previous = cards.at(-1) as Card;
    const pending = await signRotationCard(identity, segment, previous, {
      key: ownerKeyOf(next.standing, opening.kind),
      root: next.root,
      nextOwner: (nextOwners[i] as (typeof nextOwners)[number]).publicKey,
      previousSegmentKey: await epochKey(keys, segment, previous.body.epoch),
      previousReceiptKey: receiptKeySeed(keys.root, id),
    });
    const consents: KeptConsent[] = [];
    for (const kept of segment.consents)
      consents.push(await renewed(identity, kept, signer, opening.kind, keep));
    segments.push({ ...segment, cards, pending, consents });
  }
  const { root, generation } = next;
  return { root, generation, earlierRoots: [...keys.earlierRoots, keys.root], nextOwners, segments };
}

/** The same body, so under the same id, signed by the new owner; what is over or not wanted stays as it was signed. */
async function renewed(
  identity: LedgerIdentity,
  kept: KeptConsent,
  signer: OwnerSigner,
  kind: SegmentKind,
  keep: (kept: KeptConsent) => boolean,
): Promise<KeptConsent> {
  if (kept.status === "revoked" || kept.status === "ended" || kept.status === "revoking") return kept;
  if (!keep(kept)) return { ...kept, status: "ended" };
  const { body } = kept.consent;
  const signature = await signer(kind, consentTypedData(identity, body));
  return { ...kept, consent: { body, signature } };
}
