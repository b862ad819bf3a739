import type { Client } from "@anamnesis/api/client";
import { type CorrectionPage, correctionRoutes } from "@anamnesis/api/routes/corrections";
import { signsFor } from "@anamnesis/core/consent/signsFor";
import {
  type Correction,
  correctionId,
  correctionSigner,
  openCorrection,
  type SealedCorrection,
} from "@anamnesis/core/correction/correction";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest, RecordId, SegmentId, UnixSeconds } from "@anamnesis/core/ids";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentOpening } from "@anamnesis/core/segment/segmentId";
import { segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { concurrently } from "../concurrently.ts";
import type { Consortium } from "../consortium.ts";
import { type ActorKeys, cardDigestOf } from "../keys/actorKeys.ts";
import { codeOf } from "../ourError.ts";
import { askerOf } from "../requests/askAccess.ts";
import { segmentCard } from "../requests/segmentCard.ts";
import { httpSigner, type Runtime } from "../runtime.ts";

export interface CorrectionQueueParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  /** Of a practitioner or a member of staff. */
  readonly keys: ActorKeys;
  /** The own organisation's, with these keys as signer. */
  readonly node: Client;
}

/** Something that an owner asks the own organisation to put right. */
export interface WaitingCorrection {
  readonly id: Digest;
  readonly record: RecordId;
  readonly opening: SegmentOpening;
  readonly time: UnixSeconds;
  readonly expiresAt: UnixSeconds;
  /** `null`: it was sealed to colleagues, before these keys were in the directory. */
  readonly asked: Correction | null;
  /** Of the segment, its newest that the custodians have. */
  readonly card: Card;
}

export interface WaitingCorrections {
  /** Oldest first. */
  readonly waiting: readonly WaitingCorrection[];
  /** What no present owner of its segment asked for, with the code. */
  readonly unreadable: readonly { readonly id: Digest; readonly code: string }[];
}

/** What waits for an answer of the own organisation, as its own node keeps it, each held against the owner that the segment's cards name. Throws `no-organisation` and what the node answers. */
export async function correctionQueue(parameters: CorrectionQueueParameters): Promise<WaitingCorrections> {
  const { node } = parameters;
  const all: SealedCorrection[] = [];
  for (let from: number | null = 0; from !== null;) {
    const page: CorrectionPage = await node.call(correctionRoutes.correctionQueue, {}, { from });
    all.push(...page.corrections.map(({ correction }) => correction));
    // Not forwards means no end.
    from = page.next !== null && page.next > from ? page.next : null;
  }
  const cards = new Map<SegmentId, Promise<Card>>();
  const unreadable: WaitingCorrections["unreadable"][number][] = [];
  const waiting = await concurrently(all, 4, async (one) => {
    try {
      return await readOne(parameters, cards, one);
    } catch (error) {
      unreadable.push({ id: correctionId(one.body), code: codeOf(error) });
      return null;
    }
  });
  return { waiting: waiting.filter((one) => one !== null), unreadable };
}

async function readOne(
  { runtime, consortium, keys }: CorrectionQueueParameters,
  cards: Map<SegmentId, Promise<Card>>,
  { body, signature, delegation }: SealedCorrection,
): Promise<WaitingCorrection> {
  const segment = segmentIdOfOpening(body.opening);
  const known = cards.get(segment) ?? segmentCard(runtime, consortium, httpSigner(keys.ed25519), segment);
  cards.set(segment, known);
  const card = await known;
  const signer = correctionSigner({ body, signature });
  const owner = signer === null ? null : signsFor(consortium.identity, segment, signer, delegation ?? null);
  if (owner !== card.body.owner || body.organisation !== askerOf(keys).organisation) throw notOwners();
  const asked = await openCorrection(body, cardDigestOf(keys), keys.kem);
  const { opening, record, time, expiresAt } = body;
  return { id: correctionId(body), record, opening, time, expiresAt, asked, card };
}

function notOwners(): AnamnesisError<"bad-request-signature"> {
  return new AnamnesisError({
    code: "bad-request-signature",
    rule: "A correction is signed by the present owner of the record's segment.",
    fix: "Have the patient ask anew with the present keys.",
  });
}
