import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { openLink, sealLink } from "@anamnesis/core/segment/link";
import { ownerKeyOf, receiptKeySeed, rootOfSeed, segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { openCarried, sealCarried } from "@anamnesis/core/segment/rotation";
import { nextOwnerDigest } from "@anamnesis/core/segment/segmentId";
import { keysOfEpoch } from "../cards/signCard.ts";

/** Whose cards they are to be. */
export interface CardMaker {
  readonly seed: Uint8Array;
  /** Generation of the segment at which the seed begins: 0, or that of the rotation by which it was taken over. */
  readonly base: number;
  readonly kind: SegmentKind;
  /** Salt of the kind's commitment; `null` while only the rotation that took the segment over has it. */
  readonly kindSalt: Uint8Array | null;
}

/**
 * True for a card that this seed's device made on `previous`: all that is in it follows from the seed and the card before, so it is made again and compared.
 * Whoever stole an owner's key can sign cards with the right public keys and a link that leads nowhere, or other homes: those are not the seed's.
 *
 * The owner may be an account of another kind where a rotation named it: the key behind the standing next digest, which the seed alone gives, signed for it, and the one that it names for the time
 * after is the seed's too. So the next rotation takes it away.
 *
 * Of the card with which a segment was taken over, whose link comes from keys that this seed does not have, the link and what is carried have to open.
 */
export async function isOwnCard(
  { body }: Card,
  previous: Card | null,
  { seed, base, kind, kindSalt }: CardMaker,
): Promise<boolean> {
  const { segment, generation, epoch, link, owner, nextOwner, rotation } = body;
  if (generation < base) return false;
  const root = rootOfSeed(seed, generation - base);
  const keys = await keysOfEpoch(root, segment, epoch);
  const ownerIsOurs =
    ownerKeyOf(root, kind).address === owner ||
    // A wallet: named by a rotation that gives the segment on to the seed's next owner, and to nobody else.
    (generation > base &&
      nextOwnerDigest(ownerKeyOf(rootOfSeed(seed, generation - base + 1), kind).publicKey) === nextOwner &&
      (rotation !== null || (previous?.body.generation === generation && previous.body.owner === owner)));
  const named =
    ownerIsOurs &&
    equalBytes(keys.segmentKey, body.segmentKey) &&
    equalBytes(keys.receiptKey, body.receiptKey);
  if (!named) return false;
  if (previous === null || link === null) return previous === null && link === null;
  const before = previous.body;
  const sameHomes =
    before.homes.length === body.homes.length && before.homes.every((home, i) => home === body.homes[i]);
  if (epoch !== before.epoch + 1 || !sameHomes) return false;
  const current = segmentKeySeed(root, segment, epoch);
  if (before.generation < base) {
    const earlier = await orNull(openLink(segment, epoch, current, link));
    if (earlier === null || !equalBytes((await kemKeyPair(earlier)).publicKey, before.segmentKey))
      return false;
    const receiptKey = receiptKeySeed(root, segment);
    return (
      rotation !== null &&
      (await orNull(openCarried(segment, generation, receiptKey, rotation.carried))) !== null
    );
  }
  const previousRoot = rootOfSeed(seed, before.generation - base);
  const wanted = await sealLink(segment, epoch, current, segmentKeySeed(previousRoot, segment, before.epoch));
  if (!equalBytes(wanted, link)) return false;
  if (rotation === null || kindSalt === null) return rotation === null;
  const carried = await sealCarried(segment, generation, receiptKeySeed(root, segment), {
    receiptKey: receiptKeySeed(previousRoot, segment),
    kindSalt,
  });
  return equalBytes(carried, rotation.carried);
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch(() => null);
}
