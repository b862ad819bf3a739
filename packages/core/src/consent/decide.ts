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
  "revoked",
  "not-registered",
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

interface Input {
  readonly request: DecisionRequest;
  readonly consent: DecisionConsent | null;
  readonly state: LedgerState;
}

interface SegmentRule {
  readonly scope: "segment";
  readonly code: DenialCode;
  /** Who asks as the owner needs no consent: rules about one do not apply. */
  readonly asOwner: boolean;
  readonly holds: (input: Input) => boolean;
}

interface RecordRule {
  readonly scope: "record";
  readonly code: DenialCode;
  readonly asOwner: boolean;
  readonly holds: (input: Input, record: DecisionRecord) => boolean;
}

/** Who acts: in rules that do not apply to an owner, a missing consent or requester fails the rule. */
const RULES: readonly (SegmentRule | RecordRule)[] = [
  // 1 The request is signed, and who asks as the owner is the owner.
  {
    scope: "segment",
    code: "not-owner",
    asOwner: true,
    holds: ({ request, state }) =>
      request.signer !== null && (request.requester !== null || request.signer === state.owner),
  },
  // 2 Who is not the owner shows a consent.
  { scope: "segment", code: "no-consent", asOwner: false, holds: ({ consent }) => consent !== null },
  // 3 The consent is signed by the segment's current owner.
  {
    scope: "segment",
    code: "not-owner",
    asOwner: false,
    holds: ({ consent, state }) => consent?.signer === state.owner,
  },
  // 4 It was not revoked, on the ledger or in the custodian's own list.
  { scope: "segment", code: "revoked", asOwner: false, holds: ({ state }) => state.consent !== "revoked" },
  // 5 It is registered on the ledger.
  {
    scope: "segment",
    code: "not-registered",
    asOwner: false,
    holds: ({ state }) => state.consent === "registered",
  },
  // 6 and 7 Its window holds by both clocks: the one that is worse for the requester counts.
  {
    scope: "segment",
    code: "not-yet-valid",
    asOwner: false,
    holds: ({ consent, state }) =>
      consent !== null && Math.min(state.ledgerTime, state.localTime) >= consent.body.notBefore,
  },
  {
    scope: "segment",
    code: "expired",
    asOwner: false,
    holds: ({ consent, state }) =>
      consent !== null && Math.max(state.ledgerTime, state.localTime) <= consent.body.notAfter,
  },
  // 8 The custodian knows the head: a quiet ledger is not stale, an unreachable one is.
  {
    scope: "segment",
    code: "ledger-stale",
    asOwner: true,
    holds: ({ state }) => state.localTime - state.confirmedAt <= state.staleAfter,
  },
  // 9 The requester stands in the directory with this organisation, account and key card.
  {
    scope: "segment",
    code: "unknown-requester",
    asOwner: false,
    holds: ({ request: { requester, signer }, state: { actor } }) =>
      requester !== null &&
      actor !== null &&
      actor.signer === signer &&
      actor.organisation === requester.organisation &&
      actor.keyCard === requester.keyCard,
  },
  // 10 It is the grantee with the keys that the consent names, or belongs to the organisation that is the grantee.
  {
    scope: "segment",
    code: "not-grantee",
    asOwner: false,
    holds: ({ request: { requester }, consent }) =>
      requester !== null &&
      consent !== null &&
      (consent.body.grantee === requester.organisation ||
        (consent.body.grantee === requester.actor && consent.body.granteeKeys === requester.keyCard)),
  },
  // 11 Consent and record are about the segment whose opening was shown.
  {
    scope: "segment",
    code: "wrong-segment",
    asOwner: false,
    holds: ({ request, consent }) => consent?.body.segment === request.segment,
  },
  {
    scope: "record",
    code: "wrong-segment",
    asOwner: true,
    holds: ({ request }, record) => record.segment === request.segment,
  },
  // 12 Resource type.
  {
    scope: "record",
    code: "resource-type",
    asOwner: false,
    holds: ({ consent }, { attributes }) =>
      consent !== null &&
      (consent.body.resourceTypes.includes("*") ||
        consent.body.resourceTypes.includes(attributes.resourceType)),
  },
  // 13 Action.
  {
    scope: "segment",
    code: "action",
    asOwner: false,
    holds: ({ request, consent }) => consent !== null && consent.body.actions.includes(request.action),
  },
  { scope: "segment", code: "action", asOwner: true, holds: ({ request }) => request.action === "read" },
  // 14 Purpose of use, as the requester declared and signed it.
  {
    scope: "segment",
    code: "purpose",
    asOwner: false,
    holds: ({ request, consent }) => consent !== null && consent.body.purposes.includes(request.purpose),
  },
  // 15 The whole clinical period lies inside; a record without a period is inside no limit.
  {
    scope: "record",
    code: "data-period",
    asOwner: false,
    holds: ({ consent }, { attributes: { from, to } }) =>
      consent !== null &&
      (consent.body.dataFrom === null || (from !== null && from >= consent.body.dataFrom)) &&
      (consent.body.dataTo === null || (to !== null && to <= consent.body.dataTo)),
  },
  // 16 The author wrote under a permit of the owner that was valid when the record was anchored.
  {
    scope: "record",
    code: "no-permit",
    asOwner: true,
    holds: ({ request, state }, { permit, organisation, anchoredOn }) =>
      permit !== null &&
      permit.signer === state.owner &&
      permit.body.segment === request.segment &&
      permit.body.organisation === organisation &&
      anchoredOn <= dayOf(permit.body.notAfter),
  },
];

function firstDenial(input: Input, record: DecisionRecord | null): DenialCode | null {
  const asOwner = input.request.requester === null;
  for (const rule of RULES) {
    if (asOwner && !rule.asOwner) continue;
    if (rule.scope === "record" && record === null) continue;
    const holds = rule.scope === "segment" ? rule.holds(input) : rule.holds(input, record as DecisionRecord);
    if (!holds) return rule.code;
  }
  return null;
}

function permitFor({ request, consent }: Input): Decision {
  if (request.requester === null) return { permit: true, basis: "owner", id: request.segment };
  // Rule 2 has held: without it nobody but the owner gets here.
  return consent === null
    ? { permit: false, code: "no-consent" }
    : { permit: true, basis: "consent", id: consent.id };
}

/**
 * The one decision: pure, total, denies by default; the first failing rule gives the code. The rules stand in the
 * order and with the numbers of docs/decide.md.
 */
export function decide(
  request: DecisionRequest,
  consent: DecisionConsent | null,
  record: DecisionRecord,
  state: LedgerState,
): Decision {
  const input = { request, consent, state };
  const code = firstDenial(input, record);
  return code === null ? permitFor(input) : { permit: false, code };
}

/**
 * The same decision without a record, by the rules that are about the segment alone: may this requester see what a
 * segment holds (headers, never contents)?
 */
export function decideSegment(
  request: DecisionRequest,
  consent: DecisionConsent | null,
  state: LedgerState,
): Decision {
  const input = { request, consent, state };
  const code = firstDenial(input, null);
  return code === null ? permitFor(input) : { permit: false, code };
}
