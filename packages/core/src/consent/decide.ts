import type {
  ActorId,
  Address,
  ConsentId,
  Day,
  Digest,
  OrganisationId,
  SegmentId,
  UnixSeconds,
} from "../ids.ts";
import { dayOf } from "../ids.ts";
import type { Attributes } from "../record/attributes.ts";
import type { PermitBody } from "../segment/permit.ts";
import type { Action, ConsentBody, Purpose } from "./consent.ts";

/** Codes in the order of the rules, see docs/decide.md. */
export const DENIAL_CODES = [
  "not-owner",
  "no-consent",
  "not-registered",
  "revoked",
  "not-yet-valid",
  "expired",
  "ledger-stale",
  "unknown-requester",
  "not-grantee",
  "wrong-segment",
  "resource-type",
  "action",
  "purpose",
  "data-period",
  "no-permit",
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

export type Decision =
  | { readonly permit: true; readonly basis: "owner"; readonly id: SegmentId }
  | { readonly permit: true; readonly basis: "consent"; readonly id: ConsentId }
  | { readonly permit: false; readonly code: DenialCode };

/** Who asks for what. Signers are accounts recovered from signatures; `null` when a signature did not recover. */
export interface DecisionRequest {
  readonly signer: Address | null;
  /** `null`: asks as the owner. */
  readonly requester: {
    readonly actor: ActorId;
    readonly organisation: OrganisationId;
    readonly keyCard: Digest;
  } | null;
  readonly action: Action;
  readonly purpose: Purpose;
  /** From the opening that came with the request. */
  readonly segment: SegmentId;
}

export interface DecisionConsent {
  readonly body: ConsentBody;
  readonly id: ConsentId;
  readonly signer: Address | null;
}

/** What the decision needs of the record, its openings already checked. */
export interface DecisionRecord {
  readonly segment: SegmentId;
  readonly organisation: OrganisationId;
  readonly attributes: Attributes;
  /** Day on which the record's batch was anchored, by the ledger's clock. */
  readonly anchoredOn: Day;
  readonly permit: { readonly body: PermitBody; readonly signer: Address | null } | null;
}

/** The custodian's own copy of the ledger, and its clock. */
export interface LedgerState {
  readonly ledgerTime: UnixSeconds;
  readonly localTime: UnixSeconds;
  /** Local time at which the head was last confirmed. */
  readonly confirmedAt: UnixSeconds;
  /** Seconds after which a head that was not confirmed is stale. */
  readonly staleAfter: number;
  /** The segment's current owner. */
  readonly owner: Address;
  /** `revoked` also when only the custodian's own sticky list says so. */
  readonly consent: "none" | "registered" | "revoked";
  /** The requester in the directory; `null` when it is not there or not active. */
  readonly actor: {
    readonly organisation: OrganisationId;
    readonly signer: Address;
    readonly keyCard: Digest;
  } | null;
}

const deny = (code: DenialCode): Decision => ({ permit: false, code });

/**
 * The one decision: pure, total, denies by default; the first failing rule gives the code. The rules are numbered as
 * in docs/decide.md.
 */
export function decide(
  request: DecisionRequest,
  consent: DecisionConsent | null,
  record: DecisionRecord,
  state: LedgerState,
): Decision {
  const asOwner = request.requester === null;
  // 1 owner
  if (request.signer === null) return deny("not-owner");
  if (asOwner && request.signer !== state.owner) return deny("not-owner");
  if (!asOwner) {
    if (consent === null) return deny("no-consent"); // 2
    if (consent.signer === null || consent.signer !== state.owner) return deny("not-owner"); // 1
    // 3 and 4 state
    if (state.consent === "revoked") return deny("revoked");
    if (state.consent !== "registered") return deny("not-registered");
    // 5 and 6 validity window by both clocks: the one that is worse for the requester counts
    if (Math.min(state.ledgerTime, state.localTime) < consent.body.notBefore) return deny("not-yet-valid");
    if (Math.max(state.ledgerTime, state.localTime) > consent.body.notAfter) return deny("expired");
  }
  // 7 staleness: not knowing the head; a quiet ledger is not stale. Written so that NaN denies.
  const age = state.localTime - state.confirmedAt;
  if (!(age <= state.staleAfter)) return deny("ledger-stale");
  if (request.requester !== null) {
    // 8 requester
    const actor = state.actor;
    if (
      actor === null ||
      actor.signer !== request.signer ||
      actor.organisation !== request.requester.organisation ||
      actor.keyCard !== request.requester.keyCard
    ) {
      return deny("unknown-requester");
    }
  }
  if (consent !== null && request.requester !== null) {
    // 9 grantee
    const { grantee, granteeKeys } = consent.body;
    const byActor = grantee === request.requester.actor && granteeKeys === request.requester.keyCard;
    if (!byActor && grantee !== request.requester.organisation) return deny("not-grantee");
  }
  // 10 segment
  if (record.segment !== request.segment) return deny("wrong-segment");
  if (!asOwner && consent?.body.segment !== request.segment) return deny("wrong-segment");
  if (consent !== null && !asOwner) {
    const { resourceTypes, actions, purposes } = consent.body;
    // 11 resource type
    if (!resourceTypes.includes("*") && !resourceTypes.includes(record.attributes.resourceType)) {
      return deny("resource-type");
    }
    // 12 action
    if (!actions.includes(request.action)) return deny("action");
    // 13 purpose
    if (!purposes.includes(request.purpose)) return deny("purpose");
    // 14 data period
    if (!withinPeriod(consent.body, record.attributes)) return deny("data-period");
  }
  if (request.action !== "read") return deny("action");
  // 15 permit of the author
  if (!permitted(record, request.segment, state.owner)) return deny("no-permit");
  if (asOwner) return { permit: true, basis: "owner", id: request.segment };
  if (consent === null) return deny("no-consent");
  return { permit: true, basis: "consent", id: consent.id };
}

/** The whole clinical period lies inside; a record without a period is inside no limit. */
function withinPeriod(consent: ConsentBody, { from, to }: Attributes): boolean {
  if (consent.dataFrom !== null && !(from !== null && from >= consent.dataFrom)) return false;
  return consent.dataTo === null || (to !== null && to <= consent.dataTo);
}

function permitted(record: DecisionRecord, segment: SegmentId, owner: Address): boolean {
  const { permit } = record;
  return (
    permit !== null &&
    permit.signer === owner &&
    permit.body.segment === segment &&
    permit.body.organisation === record.organisation &&
    record.anchoredOn <= dayOf(permit.body.notAfter)
  );
}
