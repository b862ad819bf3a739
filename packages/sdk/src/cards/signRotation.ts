import type { Address } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type Card, cardDigest } from "@anamnesis/core/segment/card";
import { sealLink } from "@anamnesis/core/segment/link";
import {
  type OwnedSegment,
  type OwnerKey,
  receiptKeySeed,
  segmentKeySeed,
} from "@anamnesis/core/segment/ownerKeys";
import { sealCarried, signRotation } from "@anamnesis/core/segment/rotation";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import type { OwnerSigner } from "../owner/ownerSigner.ts";
import { keysOfEpoch, signedBy } from "./signCard.ts";

export interface RotationSecrets {
  /** The key behind the standing next digest. */
  readonly key: OwnerKey;
  /** The new owner, whose word `signer` gives. */
  readonly owner: Address;
  readonly signer: OwnerSigner;
  /** Root of the new generation, 32 bytes. */
  readonly root: Uint8Array;
  /** Compressed SEC1: the owner that the root after the new one would give. */
  readonly nextOwner: Uint8Array;
  /** Seed of the segment's key of the epoch before, and of the receipt key of the generation before, 32 bytes each. */
  readonly previousSegmentKey: Uint8Array;
  readonly previousReceiptKey: Uint8Array;
}

/**
 * The card with which a segment goes to its next owner, in its next epoch. It follows from the secrets and the card before alone: made
 * twice, it has the same body.
 */
export async function signRotationCard(
  identity: LedgerIdentity,
  segment: OwnedSegment,
  previous: Card,
  secrets: RotationSecrets,
): Promise<Card> {
  const { id, opening } = segment;
  const { root } = secrets;
  const generation = previous.body.generation + 1;
  const epoch = previous.body.epoch + 1;
  const receiptKey = receiptKeySeed(root, id);
  const to = {
    segment: id,
    generation,
    owner: secrets.owner,
    nextOwner: nextOwnerDigest(secrets.nextOwner),
  };
  const carried = { receiptKey: secrets.previousReceiptKey, kindSalt: opening.kindSalt };
  return signedBy(identity, secrets.signer, segment, {
    ...previous.body,
    ...to,
    number: previous.body.number + 1,
    previous: cardDigest(previous.body),
    ...(await keysOfEpoch(root, id, epoch)),
    link: await sealLink(id, epoch, segmentKeySeed(root, id, epoch), secrets.previousSegmentKey),
    provisional: null,
    rotation: {
      ...signRotation(identity, to, secrets.key),
      carried: await sealCarried(id, generation, receiptKey, carried),
    },
  });
}
