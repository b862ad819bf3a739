import { exchangeRoutes } from "@anamnesis/api/routes/exchange";
import { keyCardDigest } from "@anamnesis/core/actor/keyCard";
import { type Grant, sealGrant } from "@anamnesis/core/consent/grant";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId } from "@anamnesis/core/ids";
import { segmentKeySeed } from "@anamnesis/core/segment/ownerKeys";
import type { Card } from "@anamnesis/core/segment/card";
import { concurrently } from "./concurrently.ts";
import type { Consortium, Member } from "./consortium.ts";
import { keptConsentId, type KeptConsent, type KeptSegment, type PatientKeys } from "./keys/patientKeys.ts";
import { codeOf } from "./ourError.ts";
import type { Patience } from "./patience.ts";
import { patientClient } from "./patientClient.ts";
import type { Runtime } from "./runtime.ts";
import { within } from "./within.ts";

export interface Undelivered {
  readonly consent: ConsentId;
  /** Name of the grantee's organisation. */
  readonly organisation: string;
  readonly code: string;
}

export interface Delivery {
  readonly segment: KeptSegment;
  readonly undelivered: readonly Undelivered[];
}

/**
 * Seals the key of `card`'s epoch to the grantees of those consents that `wants` names and leaves it at their nodes. The
 * segment that it returns says which have it; a grantee whose node is down, or does not answer while `patience` lasts, gets it at the next call.
 *
 * @param patience by default each call has its own time.
 */
export async function deliverGrants(
  runtime: Runtime,
  consortium: Consortium,
  keys: PatientKeys,
  segment: KeptSegment,
  card: Card,
  wants: (kept: KeptConsent) => boolean,
  patience?: Patience,
): Promise<Delivery> {
  const undelivered: Undelivered[] = [];
  const consents = await concurrently(segment.consents, 4, async (kept): Promise<KeptConsent> => {
    if (!wants(kept)) return kept;
    try {
      await deliver(runtime, consortium, keys, segment, card, kept, patience);
      return { ...kept, status: "granted", grantedEpoch: card.body.epoch };
    } catch (error) {
      const organisation = consortium.members.get(kept.organisation)?.name ?? "?";
      undelivered.push({
        consent: keptConsentId(consortium.identity, kept),
        organisation,
        code: codeOf(error),
      });
      return kept;
    }
  });
  return { segment: { ...segment, consents }, undelivered };
}

async function deliver(
  runtime: Runtime,
  consortium: Consortium,
  keys: PatientKeys,
  segment: KeptSegment,
  card: Card,
  kept: KeptConsent,
  patience: Patience | undefined,
): Promise<void> {
  const member = consortium.members.get(kept.organisation);
  if (member === undefined) {
    throw new AnamnesisError({
      code: "unknown-grantee",
      rule: "A grantee belongs to a member of the consortium.",
      fix: "Revoke the consent, or wait until the organisation is a member again.",
    });
  }
  if (patience?.isOverFor(member.organisation) === true) throw notInTime(member);
  const sealed = await sealKept(keys, segment, card, kept);
  const giveUp = new AbortController();
  const client = patientClient(runtime, keys, segment.id, member.endpoint, giveUp.signal);
  const answer = client.call(exchangeRoutes.putGrant, {}, sealed);
  if (patience === undefined) return answer;
  if ((await within(runtime, answer, patience.milliseconds)) !== null) return;
  giveUp.abort();
  patience.lose(member.organisation);
  throw notInTime(member);
}

function notInTime({ name }: Member): AnamnesisError<"node-unreachable"> {
  return new AnamnesisError({
    code: "node-unreachable",
    rule: "A grantee's node answers in time, or gets the key later.",
    fix: "Deliver it again when that node is up.",
    meta: { organisation: name },
  });
}

/** The key of the card's epoch with what a grantee needs to use the consent, sealed to the grantee. */
export function sealKept(
  keys: PatientKeys,
  segment: KeptSegment,
  card: Card,
  kept: KeptConsent,
): Promise<Grant> {
  const { epoch } = card.body;
  return sealGrant(kept.consent.body.grantee, keyCardDigest(kept.grantee), kept.grantee.kem, {
    consent: kept.consent,
    parent: null,
    delegation: null,
    opening: segment.opening,
    card,
    epoch,
    segmentKey: segmentKeySeed(keys.root, segment.id, epoch),
  });
}
