import { kemKeyPair } from "@anamnesis/core/crypto/hpke";
import { equalBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { openLink } from "@anamnesis/core/segment/link";
import { receiptKeySeed, segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { openCarried } from "@anamnesis/core/segment/rotation";
import type { KeptSegment, PatientKeys } from "./patientKeys.ts";

/**
 * Seed (32 bytes) of an own segment's X-Wing key of an epoch: from the root of the owner who began it where the keys hold that root, else through
 * the cards' links. Throws `aead-open`, `broken-chain`.
 */
export async function epochKey(
  { root, earlierRoots }: Pick<PatientKeys, "root" | "earlierRoots">,
  { id, cards, pending }: Pick<KeptSegment, "id" | "cards" | "pending">,
  epoch: number,
): Promise<Uint8Array> {
  const all = pending === null ? cards : [...cards, pending];
  const { generation } = (all.at(-1) as Card).body;
  const since = all.find((card) => card.body.generation === generation)?.body.epoch ?? 0;
  if (epoch >= since) return segmentKeySeed(root, id, epoch);
  // A card names its key, so a wrong guess shows; a link that somebody spoilt then harms nobody who has the roots.
  const body = all.find((card) => card.body.epoch === epoch)?.body;
  const earlier = body === undefined ? undefined : earlierRoots.at(body.generation - generation);
  if (body !== undefined && earlier !== undefined) {
    const seed = segmentKeySeed(earlier, id, epoch);
    if (equalBytes((await kemKeyPair(seed)).publicKey, body.segmentKey)) return seed;
  }
  const seeds = new Map([[since, segmentKeySeed(root, id, since)]]);
  const found = await walkDown(id, seeds, since, epoch, all);
  if (found === null) throw brokenChain();
  return found;
}

/** Follows the cards' links from one epoch to an earlier one; `seeds` keeps what was found. `null` where a link is missing. */
export async function walkDown(
  segment: SegmentId,
  seeds: Map<number, Uint8Array>,
  from: number,
  to: number,
  cards: readonly Card[],
): Promise<Uint8Array | null> {
  for (let epoch = from; epoch > to; epoch--) {
    if (seeds.has(epoch - 1)) continue;
    const current = seeds.get(epoch);
    const link = cards.find((card) => card.body.epoch === epoch)?.body.link ?? null;
    if (current === undefined || link === null) return null;
    seeds.set(epoch - 1, await openLink(segment, epoch, current, link));
  }
  return seeds.get(to) ?? null;
}

/** Seeds (32 bytes) of the segment's receipt keys, the current owner's first, then those of the owners before. Throws `aead-open`. */
export async function receiptKeys(
  { root }: Pick<PatientKeys, "root">,
  { id, cards, pending }: Pick<KeptSegment, "id" | "cards" | "pending">,
): Promise<readonly Uint8Array[]> {
  const seeds = [receiptKeySeed(root, id)];
  const all = pending === null ? cards : [...cards, pending];
  for (const { body } of all.toReversed()) {
    if (body.rotation === null) continue;
    const newest = seeds.at(-1) as Uint8Array;
    seeds.push((await openCarried(id, body.generation, newest, body.rotation.carried)).receiptKey);
  }
  return seeds;
}

function brokenChain(): AnamnesisError<"broken-chain"> {
  return new AnamnesisError({
    code: "broken-chain",
    rule: "Each epoch's card but the first has a link to the epoch before.",
    fix: "Use the newest copy of the key file.",
  });
}
