import { AnamnesisError } from "@anamnesis/core/errors";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Publication } from "./cards/publishCards.ts";
import { publishToAll } from "./cards/publishToAll.ts";
import { signNextCard } from "./cards/signCard.ts";
import type { Consortium } from "./consortium.ts";
import { epochKey } from "./keys/epochKeys.ts";
import { deliverGrants, type Undelivered } from "./deliverGrants.ts";
import {
  type KeptConsent,
  type KeptSegment,
  newestCard,
  type PatientKeys,
  type SaveKeys,
  withSegment,
} from "./keys/patientKeys.ts";
import { ownerSigner } from "./owner/ownerSigner.ts";
import { Patience } from "./patience.ts";
import type { Runtime } from "./runtime.ts";

export interface StartEpochParameters {
  readonly runtime: Runtime;
  readonly consortium: Consortium;
  readonly keys: PatientKeys;
  readonly save: SaveKeys;
  readonly segment: SegmentId;
  /** Of the run that this is a part of; its own by default. */
  readonly patience?: Patience;
}

export interface StartedEpoch {
  readonly keys: PatientKeys;
  readonly published: readonly Publication[];
  readonly undelivered: readonly Undelivered[];
}

/**
 * Gives a segment a new key pair: card signed and saved, grants to those who keep their consent, then the card to
 * custodians and homes. What was begun and not finished is finished with the same card. A grantee whose node is down or
 * hangs holds nothing up: it reads what it could read before, and gets the new key later. Nor does a custodian or home
 * that is not needed: `published` says who did not answer in time, and gets this card with the next.
 *
 * Throws `cards-not-published`, `rotation-unfinished`, and what `ownerSigner` throws.
 */
export async function startEpoch(parameters: StartEpochParameters): Promise<StartedEpoch> {
  const { runtime, consortium, save, patience = new Patience() } = parameters;
  let { keys } = parameters;
  let segment = find(keys, parameters.segment);
  if (segment.pending !== null && segment.pending.body.rotation !== null) throw rotationUnfinished();
  const previous = newestCard(segment);
  const card =
    segment.pending ??
    (await signNextCard(
      consortium.identity,
      ownerSigner(keys, runtime.wallet),
      keys.root,
      segment,
      previous,
      await epochKey(keys, segment, previous.body.epoch),
    ));
  segment = { ...segment, pending: card };
  keys = withSegment(keys, segment);
  await save(keys);

  const { epoch } = card.body;
  const isDue = (kept: KeptConsent): boolean => isOverdue(kept, epoch, runtime);
  const delivery = await deliverGrants(runtime, consortium, keys, segment, card, isDue, patience);
  const cards = [...segment.cards, card];
  const published = await publishToAll(runtime, consortium, keys, [{ id: segment.id, cards }], { patience });
  keys = withSegment(keys, { ...delivery.segment, cards, pending: null });
  await save(keys);
  return { keys, published, undelivered: delivery.undelivered };
}

/** Leaves the current key with every live grantee whose node did not take it so far. */
export async function deliverOverdueGrants(
  parameters: Omit<StartEpochParameters, "segment">,
): Promise<Omit<StartedEpoch, "published">> {
  const { runtime, consortium, save, patience = new Patience() } = parameters;
  let { keys } = parameters;
  const undelivered: Undelivered[] = [];
  for (const segment of keys.segments) {
    const card = newestCard(segment);
    const isDue = (kept: KeptConsent): boolean => isOverdue(kept, card.body.epoch, runtime);
    const delivery = await deliverGrants(runtime, consortium, keys, segment, card, isDue, patience);
    keys = withSegment(keys, delivery.segment);
    undelivered.push(...delivery.undelivered);
  }
  await save(keys);
  return { keys, undelivered };
}

/** A consent that is only prepared gets its first grant once it is registered, of whatever epoch there is then. */
function isOverdue(kept: KeptConsent, epoch: number, runtime: Runtime): boolean {
  return (
    kept.status === "granted" &&
    (kept.grantedEpoch ?? -1) < epoch &&
    kept.consent.body.notAfter >= runtime.now()
  );
}

function rotationUnfinished(): AnamnesisError<"rotation-unfinished"> {
  return new AnamnesisError({
    code: "rotation-unfinished",
    rule: "A rotation of the owner is finished before anything else begins.",
    fix: "Run `owner finish`, then this again.",
  });
}

function find(keys: PatientKeys, id: SegmentId): KeptSegment {
  const found = keys.segments.find((segment) => segment.id === id);
  if (found !== undefined) return found;
  throw new AnamnesisError({
    code: "unknown-segment",
    rule: "These keys hold a segment of each kind for which the patient enrolled.",
    fix: "Use the keys that the enrolment gave.",
  });
}
