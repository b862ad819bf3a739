import { consentTypedData } from "@anamnesis/core/consent/consent";
import { type DelegationBody, delegationTypedData } from "@anamnesis/core/consent/delegation";
import type { Address } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, receiptKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { type Permit, permitTypedData } from "@anamnesis/core/segment/permit";
import { signRotationCard } from "../cards/signRotation.ts";
import { epochKey } from "../keys/epochKeys.ts";
import type { KeptConsent, KeptSegment, PatientKeys } from "../keys/patientKeys.ts";
import { deviceSigner, type OwnerSigner, signedByWallet, type WalletSigner } from "./ownerSigner.ts";

export interface NextOwner {
  /** Root (32 bytes) whose keys stand behind the segments' next digests. */
  readonly standing: Uint8Array;
  /** The new owner's root and the one after it (32 bytes each), and how many generations its seed had before. */
  readonly root: Uint8Array;
  readonly nextRoot: Uint8Array;
  readonly generation: number;
  /** Owns one of the segments in place of what the root gives; absent: the root's keys own all. */
  readonly wallet?: NextWallet;
}

export interface NextWallet {
  readonly kind: SegmentKind;
  readonly account: Address;
  readonly ask: WalletSigner;
  /** By which the root's key for this kind reads in its place. */
  readonly delegation: DelegationBody;
  /** What it signs again besides. */
  readonly permits: readonly Permit[];
}

/**
 * A patient's keys after the rotation of all segments, its cards signed and pending: to be kept before anything leaves, see
 * `finishRotation`. Consents that `keep` names are signed again, the others end. From the same keys and roots it is the same each time.
 *
 * Of a wallet everything is asked here, so that what is kept needs no wallet to be brought to its end. Throws what `signedByWallet` throws: then nothing is begun.
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
  const signer = nextSigner(next);
  const segments: KeptSegment[] = [];
  for (const [i, { wallet: _former, ...segment }] of keys.segments.entries()) {
    const { id, opening } = segment;
    const wallet = await signedWallet(identity, next, opening.kind);
    // A next epoch that was begun and not published everywhere: nodes that have its card keep it.
    const cards = segment.pending === null ? segment.cards : [...segment.cards, segment.pending];
    const previous = cards.at(-1) as Card;
    const pending = await signRotationCard(identity, segment, previous, {
      key: ownerKeyOf(next.standing, opening.kind),
      owner: wallet?.account ?? ownerKeyOf(next.root, opening.kind).address,
      signer,
      root: next.root,
      nextOwner: (nextOwners[i] as (typeof nextOwners)[number]).publicKey,
      previousSegmentKey: await epochKey(keys, segment, previous.body.epoch),
      previousReceiptKey: receiptKeySeed(keys.root, id),
    });
    const consents: KeptConsent[] = [];
    for (const kept of segment.consents) {
      consents.push(await renewed(identity, kept, signer, opening.kind, keep));
    }
    const after = { ...segment, cards, pending, consents };
    segments.push(wallet === null ? after : { ...after, wallet });
  }
  const { root, generation } = next;
  return { root, generation, earlierRoots: [...keys.earlierRoots, keys.root], nextOwners, segments };
}

function nextSigner({ root, wallet }: NextOwner): OwnerSigner {
  const device = deviceSigner({ root });
  return async (kind, data) =>
    wallet?.kind === kind ? signedByWallet(wallet.ask, wallet.account, data) : device(kind, data);
}

async function signedWallet(
  identity: LedgerIdentity,
  { wallet }: NextOwner,
  kind: SegmentKind,
): Promise<NonNullable<KeptSegment["wallet"]> | null> {
  if (wallet?.kind !== kind) return null;
  const { account, ask, delegation: body } = wallet;
  const signature = await signedByWallet(ask, account, delegationTypedData(identity, body));
  const permits: Permit[] = [];
  for (const permit of wallet.permits) {
    const data = permitTypedData(identity, permit.body);
    permits.push({ body: permit.body, signature: await signedByWallet(ask, account, data) });
  }
  return { account, delegation: { body, signature }, permits };
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
