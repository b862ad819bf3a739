import type { HttpSigner } from "@anamnesis/api/http/signature";
import type { Consent } from "@anamnesis/core/consent/consent";
import type { Delegation } from "@anamnesis/core/consent/delegation";
import type { Purpose } from "@anamnesis/core/consent/terms";
import type { GrantContent } from "@anamnesis/core/consent/grant";
import { sign } from "@anamnesis/core/crypto/secp256k1";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { OrganisationId, SegmentId } from "@anamnesis/core/ids";
import { type AccessRequest, accessRequestDigest } from "@anamnesis/core/release/accessRequest";
import type { Requester } from "@anamnesis/core/release/releaseRequest";
import type { Card } from "@anamnesis/core/segment/card";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerKeyOf, requestKeySecret } from "@anamnesis/core/segment/ownerKeys";
import { type SegmentOpening, segmentIdOfOpening } from "@anamnesis/core/segment/segmentId";
import { type ActorKeys, actorOf, cardDigestOf } from "./keys/actorKeys.ts";
import { epochKey, walkDown } from "./keys/epochKeys.ts";
import { newestCard, type PatientKeys, segmentOf } from "./keys/patientKeys.ts";
import { httpSigner, type Runtime } from "./runtime.ts";

/** What it takes to ask for, and open, records of one segment: as its owner or under a grant. */
export interface SegmentAccess {
  readonly segment: SegmentId;
  readonly opening: SegmentOpening;
  /** `null`: as the owner. */
  readonly consent: Consent | null;
  /** By which the device reads in the owner's place; `null` when it asks in its own name. */
  readonly delegation: Delegation | null;
  readonly requester: Requester;
  /** The newest card that the asker knows; homes may know a newer one. */
  readonly card: Card;
  readonly signer: HttpSigner;
  /** secp256k1 over 32 bytes: 65 bytes r ‖ s ‖ v. */
  readonly sign: (digest: Uint8Array) => Uint8Array;
  /**
   * Seed of the segment's X-Wing key of an epoch (32 bytes); `null` for an epoch after the grant.
   * Throws `aead-open` when a card's link is not the owner's.
   */
  readonly keyOf: (epoch: number, cards: readonly Card[]) => Promise<Uint8Array | null>;
}

/** Throws `unknown-segment`. */
export function ownerAccess(keys: PatientKeys, kind: SegmentKind): SegmentAccess {
  const kept = segmentOf(keys, kind);
  const owner = ownerKeyOf(keys.root, kind);
  return {
    segment: kept.id,
    opening: kept.opening,
    consent: null,
    // The key that would own the segment without the wallet is the one that the wallet lets read.
    delegation: kept.wallet?.delegation ?? null,
    requester: null,
    card: newestCard(kept),
    signer: httpSigner(requestKeySecret(keys.root, kept.id)),
    sign: (digest) => sign(digest, owner.secret),
    keyOf: (epoch) => epochKey(keys, kept, epoch),
  };
}

/** @param grant opened, see `listGrants`. Throws `no-organisation` for keys of nobody's staff. */
export function granteeAccess(keys: ActorKeys, grant: GrantContent): SegmentAccess {
  const { organisation } = keys.card;
  if (organisation === null) {
    throw new AnamnesisError({
      code: "no-organisation",
      rule: "Records are opened by a person or device of a member organisation.",
      fix: "Use the keys of a practitioner, staff member or device.",
    });
  }
  const segment = segmentIdOfOpening(grant.opening);
  const seeds = new Map<number, Uint8Array>([[grant.epoch, grant.segmentKey]]);
  return {
    segment,
    opening: grant.opening,
    consent: grant.consent,
    delegation: null,
    requester: { actor: actorOf(keys), organisation, keyCard: cardDigestOf(keys) },
    card: grant.card,
    signer: httpSigner(keys.ed25519),
    sign: (digest) => sign(digest, keys.secp256k1),
    keyOf: async (epoch, cards) => walkDown(segment, seeds, grant.epoch, epoch, cards),
  };
}

/** Signs the wish to see what one node keeps about the segment. @param from first item wanted. */
export function accessRequestFor(
  runtime: Runtime,
  access: SegmentAccess,
  what: AccessRequest["body"]["what"],
  audience: OrganisationId,
  purpose: Purpose,
  from: number,
): AccessRequest {
  const body: AccessRequest["body"] = {
    what,
    audience,
    requester: access.requester,
    opening: access.opening,
    purpose,
    consent: access.consent,
    parent: null,
    delegation: access.delegation,
    from,
    nonce: runtime.random(32),
    time: runtime.now(),
  };
  return { body, signature: access.sign(accessRequestDigest(body)) };
}
