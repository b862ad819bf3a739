import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import { openLink } from "@anamnesis/core/segment/link";
import { receiptKeySeed, segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import { openCarried } from "@anamnesis/core/segment/rotation";
import type { KeptSegment, PatientKeys } from "./patientKeys.ts";

/**
 * Seed (32 bytes) of an own segment's X-Wing key of an epoch: from the root since its owner's first card, through the cards' links before.
 * Throws `aead-open`, `broken-chain`.
 */
export async function epochKey(
  { root }: Pick<PatientKeys, "root">,
  { id, cards, pending }: Pick<KeptSegment, "id" | "cards" | "pending">,
  epoch: number,
): Promise<Uint8Array> {
  const all = pending === null ? cards : [...cards, pending];
  const { generation } = (all.at(-1) as Card).body;
  const since = all.find((card) => card.body.generation === generation)?.body.epoch ?? 0;
  if (epoch >= since) return segmentKeySeed(root, id, epoch);
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
  { id, cards }: Pick<KeptSegment, "id" | "cards">,
): Promise<readonly Uint8Array[]> {
  const seeds = [receiptKeySeed(root, id)];
  for (const { body } of cards.toReversed()) {
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
