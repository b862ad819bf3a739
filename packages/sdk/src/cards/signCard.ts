import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { typedDataDigest } from "@anamnesis/core/encoding/eip712";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import { type Card, cardDigest, cardTypedData } from "@anamnesis/core/segment/card";
import { kindCommitment } from "@anamnesis/core/segment/kind";
import { sealLink } from "@anamnesis/core/segment/link";
import {
  type OwnedSegment,
  ownerKeyOf,
  receiptKeySeed,
  segmentKeySeed,
} from "@anamnesis/core/segment/ownerKeys";

/**
 * The segment's first card (`previous` null, epoch 0) or the card of its next epoch, signed by the owner. It follows from
 * the root alone: made twice, it is the same card.
 */
export async function signCard(
  identity: LedgerIdentity,
  root: Uint8Array,
  { id, opening }: OwnedSegment,
  previous: Card | null,
  homes: readonly OrganisationId[],
): Promise<Card> {
  const epoch = previous === null ? 0 : previous.body.epoch + 1;
  const seed = segmentKeySeed(root, id, epoch);
  const [segment, receipt] = await Promise.all([kemKeyPair(seed), kemKeyPair(receiptKeySeed(root, id))]);
  const body = {
    segment: id,
    owner: opening.owner,
    nextOwner: opening.nextOwner,
    kind: kindCommitment(opening.kind, opening.kindSalt),
    number: previous === null ? 0 : previous.body.number + 1,
    previous: previous === null ? null : cardDigest(previous.body),
    epoch,
    segmentKey: segment.publicKey,
    receiptKey: receipt.publicKey,
    link: epoch === 0 ? null : await sealLink(id, epoch, seed, segmentKeySeed(root, id, epoch - 1)),
    homes,
  };
  const owner = ownerKeyOf(root, opening.kind);
  return { body, signature: sign(typedDataDigest(cardTypedData(identity, body)), owner.secret) };
}
