import { AnamnesisError } from "@anamnesis/core/errors";
import { type Card, verifyChain } from "@anamnesis/core/segment/card";
import { SEGMENT_KINDS } from "@anamnesis/core/segment/kind";
import { ownerKeyOf } from "@anamnesis/core/segment/ownerKeys";
import { nextOwnerDigest, segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import type { Consortium } from "../consortium.ts";
import { epochKey } from "../keys/epochKeys.ts";
import type { KeptSegment, PatientKeys } from "../keys/patientKeys.ts";
import type { HandOver } from "./handOver.ts";

/**
 * What an organisation hands over is all that it made, and is what it says: a segment of every kind, provisional, whose owner these keys are, whose next
 * owner the standing root gives, and whose links lead back to the first epoch. A desk that kept one back would go on owning it.
 *
 * Throws `bad-hand-over` with `meta.reason`: `kinds`, `opening`, `cards`, `owner`, `provisional`, `standing`, `links`.
 */
export async function checkHandOver({ identity }: Consortium, { keys, standing }: HandOver): Promise<void> {
  const kinds = keys.segments.map((segment) => segment.opening.kind);
  if (kinds.length !== SEGMENT_KINDS.length || new Set(kinds).size !== kinds.length) throw bad("kinds");
  for (const segment of keys.segments) {
    const { id, opening, cards, pending } = segment;
    if (segmentIdOfOpening(opening) !== id || cards[0]?.body.segment !== id) throw bad("opening");
    try {
      verifyChain(identity, cards);
    } catch {
      throw bad("cards");
    }
    const { body } = cards.at(-1) as Card;
    if (body.owner !== ownerKeyOf(keys.root, opening.kind).address || pending !== null) throw bad("owner");
    if (body.provisional === null) throw bad("provisional");
    const next = nextOwnerDigest(ownerKeyOf(standing, opening.kind).publicKey);
    if (next !== body.nextOwner) throw bad("standing");
    await openLinks(keys, segment);
  }
}

async function openLinks(keys: PatientKeys, segment: KeptSegment): Promise<void> {
  try {
    await epochKey(keys, segment, 0);
  } catch {
    throw bad("links");
  }
}

function bad(reason: string): AnamnesisError<"bad-hand-over"> {
  return new AnamnesisError({
    code: "bad-hand-over",
    rule: "A hand-over has a provisional segment of every kind, with the keys to all of it.",
    fix: "Do not use it; have the organisation make another one, or enrol with keys of your own.",
    meta: { reason },
  });
}
