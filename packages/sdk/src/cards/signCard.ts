import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type Card, type CardBody, cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { sealLink } from "@anamnesis/core/segment/link";
import { type OwnedSegment, receiptKeySeed, segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { deviceSigner, type OwnerSigner } from "../owner/ownerSigner.ts";

export interface FirstCard {
  /** Members that keep this segment's headers and wraps; at least two. */
  readonly homes: readonly OrganisationId[];
  /** The organisation that holds the keys, see `card`. */
  readonly provisional: OrganisationId | null;
}

/** The segment's first card (epoch 0), signed by the owner. It follows from the root alone: made twice, it is the same card. */
export async function signFirstCard(
  identity: LedgerIdentity,
  root: Uint8Array,
  { id, opening }: OwnedSegment,
  { homes, provisional }: FirstCard,
): Promise<Card> {
  const { owner, nextOwner, kind, kindSalt } = opening;
  return signedBy(
    identity,
    deviceSigner({ root }),
    { id, opening },
    {
      segment: id,
      owner,
      nextOwner,
      kind: kindCommitment(kind, kindSalt),
      number: 0,
      previous: null,
      ...(await keysOfEpoch(root, id, 0)),
      link: null,
      homes,
      generation: 0,
      provisional,
      rotation: null,
    },
  );
}

/** The card of the epoch after `previous`, of the same owner. Made twice, it has the same body. */
export async function signNextCard(
  identity: LedgerIdentity,
  signer: OwnerSigner,
  root: Uint8Array,
  segment: OwnedSegment,
  previous: Card,
  /** Seed of the segment's key of the epoch before, 32 bytes. */
  previousSeed: Uint8Array,
): Promise<Card> {
  const { id } = segment;
  const epoch = previous.body.epoch + 1;
  const seed = segmentKeySeed(root, id, epoch);
  return signedBy(identity, signer, segment, {
    ...previous.body,
    number: previous.body.number + 1,
    previous: cardDigest(previous.body),
    ...(await keysOfEpoch(root, id, epoch)),
    link: await sealLink(id, epoch, seed, previousSeed),
    rotation: null,
  });
}

/** Epoch and public keys of a card. */
export async function keysOfEpoch(
  root: Uint8Array,
  id: OwnedSegment["id"],
  epoch: number,
): Promise<Pick<CardBody, "epoch" | "segmentKey" | "receiptKey">> {
  const [segment, receipt] = await Promise.all([
    kemKeyPair(segmentKeySeed(root, id, epoch)),
    kemKeyPair(receiptKeySeed(root, id)),
  ]);
  return { epoch, segmentKey: segment.publicKey, receiptKey: receipt.publicKey };
}

export async function signedBy(
  identity: LedgerIdentity,
  signer: OwnerSigner,
  { opening }: OwnedSegment,
  body: CardBody,
): Promise<Card> {
  return { body, signature: await signer(opening.kind, cardTypedData(identity, body)) };
}
