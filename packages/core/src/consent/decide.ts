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
import type { ActorRole } from "../ports/ledger.ts";
import type { Attributes } from "../record/attributes.ts";
import type { SegmentKind } from "../segment/kind.ts";
import type { PermitBody } from "../segment/permit.ts";
import type { ConsentBody } from "./consent.ts";
import type { DelegationBody } from "./delegation.ts";
import {
  type Action,
  type Asked,
  coversPeriod,
  coversTerms,
  coversType,
  exceptsAttributes,
  exceptsRecord,
  exceptsSegment,
  exceptsUse,
  type Purpose,
  type Terms,
} from "./terms.ts";

/** Codes in the order of the rules, see docs/decide.md. */
export const DENIAL_CODES = [
  "not-owner",
  "no-consent",
  "too-many-links",
  "not-proxy",
  "not-resharer",
  "revoked",
  "not-registered",
  "not-emergency",
  "not-yet-valid",
  "expired",
  "ledger-stale",
  "unknown-requester",
  "member-suspended",
  "not-grantee",
  "rotated-key",
  "not-declared",
  "not-cosigned",
  "beyond-limits",
  "wrong-segment",
  "erased",
  "retracted",
  "resource-type",
  "action",
  "purpose",
  "data-period",
  "denied",
  "no-permit",
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

/** What a permit stands on, see docs/decide.md. */
export const BASES = ["owner", "consent", "proxy", "emergency"] as const;
export type Basis = (typeof BASES)[number];

export type Decision =
  | { readonly permit: true; readonly basis: "owner" | "emergency"; readonly id: SegmentId }
  | { readonly permit: true; readonly basis: "consent" | "proxy"; readonly id: ConsentId }
  | { readonly permit: false; readonly code: DenialCode };

/** Seconds for which a declared emergency opens: 4 hours. */
export const EMERGENCY_SECONDS = 14_400;

/** Who asks for what. Signers are accounts recovered from signatures; `null` when a signature did not recover. */
export interface DecisionRequest {
  readonly signer: Address | null;
  /** `null`: asks as the owner, or with a delegation as the proxy. */
  readonly requester: {
    readonly actor: ActorId;
    readonly organisation: OrganisationId;
    readonly keyCard: Digest;
  } | null;
  readonly action: Action;
  readonly purpose: Purpose;
  /** Both from the opening that came with the request. */
  readonly segment: SegmentId;
  readonly kind: SegmentKind;
}

export interface DecisionConsent {
  readonly body: ConsentBody;
  readonly id: ConsentId;
  readonly signer: Address | null;
}

export interface DecisionDelegation {
  readonly body: DelegationBody;
  readonly id: ConsentId;
  readonly signer: Address | null;
}

/** A declared emergency: that these signed the same declaration of this segment and time. */
export interface DecisionEmergency {
  readonly declaredAt: UnixSeconds;
  readonly signer: Address | null;
  readonly cosigners: readonly [Address | null, Address | null];
}

/** What the requester shows for its request; all `null` for an owner. */
export interface DecisionAuthority {
  /** The grantee's own. */
  readonly consent: DecisionConsent | null;
  /** From which a grantee passed `consent` on. */
  readonly parent: DecisionConsent | null;
  /** By which a proxy signed `consent`, or asks itself. */
  readonly delegation: DecisionDelegation | null;
  readonly emergency: DecisionEmergency | null;
}

/** What the ledger, and the custodian's own list that forgets nothing, say of a record; the last that applies. */
export const RECORD_STATES = ["live", "amended", "retracted", "erased"] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** What the decision needs of the record, its openings already checked. */
export interface DecisionRecord {
  readonly segment: SegmentId;
  readonly organisation: OrganisationId;
  readonly attributes: Attributes;
  /** Day on which the record's batch was anchored, by the ledger's clock. */
  readonly anchoredOn: Day;
  readonly state: RecordState;
  readonly permit: { readonly body: PermitBody; readonly signer: Address | null } | null;
}

export const CONSENT_STATES = ["none", "registered", "revoked"] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

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
  /** Of what is shown; `none` for what is not. `revoked` also when only the custodian's own sticky list says so. */
  readonly consent: ConsentState;
  readonly parent: ConsentState;
  readonly delegation: ConsentState;
  /** The requester in the directory; `null` when it is not there or not active. */
  readonly actor: {
    readonly organisation: OrganisationId;
    readonly role: ActorRole;
    readonly signer: Address;
    readonly keyCard: Digest;
    /** Key cards that it had before. */
    readonly earlierKeyCards: readonly Digest[];
    /** Whether its organisation is an active member. */
    readonly memberActive: boolean;
  } | null;
  /** The parent's grantee, actor or member; `null` when it is neither, not active, or its organisation is not. */
  readonly resharer: { readonly signer: Address; readonly keyCard: Digest } | null;
  /** The co-signers of the emergency in the directory, `null` as for `resharer`. */
  readonly cosigners: readonly [DecisionCosigner | null, DecisionCosigner | null];
}

export interface DecisionCosigner {
  readonly organisation: OrganisationId;
  readonly signer: Address;
}

/** How somebody asks: told by what is shown alone, so that every input has one way. */
type Way = "owner" | "grantee" | "proxy" | "emergency";

interface Input {
  readonly way: Way;
  readonly request: DecisionRequest;
  readonly authority: DecisionAuthority;
  readonly state: LedgerState;
  /** The consent and what it hangs on, or a proxy's own delegation; what comes from the owner last. */
  readonly chain: readonly Link[];
}

interface Link {
  readonly body: Terms & { readonly segment: SegmentId };
  readonly signer: Address | null;
  readonly state: ConsentState;
}

interface SegmentRule {
  readonly scope: "segment";
  readonly code: DenialCode;
  readonly ways: readonly Way[];
  readonly holds: (input: Input) => boolean;
}

interface RecordRule {
  readonly scope: "record";
  readonly code: DenialCode;
  readonly ways: readonly Way[];
  readonly holds: (input: Input, record: DecisionRecord) => boolean;
}

const ALL: readonly Way[] = ["owner", "grantee", "proxy", "emergency"];
const CHAIN: readonly Way[] = ["grantee", "proxy"];
const DIRECTORY: readonly Way[] = ["grantee", "emergency"];

/** What is missing fails the rule that is about it: each is written so that only a reason to go on makes it true. */
const RULES: readonly (SegmentRule | RecordRule)[] = [
  // 1 The request is signed, and who asks as the owner is the owner.
  {
    scope: "segment",
    code: "not-owner",
    ways: ALL,
    holds: ({ way, request, state }) =>
      request.signer !== null && (way !== "owner" || request.signer === state.owner),
  },
  // 2 Who asks by a consent shows it.
  {
    scope: "segment",
    code: "no-consent",
    ways: ["grantee"],
    holds: ({ authority }) => authority.consent !== null,
  },
  // 3 It hangs on one link at most.
  {
    scope: "segment",
    code: "too-many-links",
    ways: ["grantee"],
    holds: ({ authority }) => authority.parent === null || authority.delegation === null,
  },
  // 4 The chain begins with the segment's current owner.
  {
    scope: "segment",
    code: "not-owner",
    ways: CHAIN,
    holds: ({ chain, state }) => chain.at(-1)?.signer === state.owner,
  },
  // 5 What a proxy signed, it signed with the account that the delegation names.
  {
    scope: "segment",
    code: "not-proxy",
    ways: CHAIN,
    holds: ({ way, request, authority: { consent, delegation } }) =>
      delegation === null ||
      delegation.body.proxy === (way === "proxy" ? request.signer : (consent?.signer ?? null)),
  },
  // 6 What was passed on, a grantee signed who may pass on, with the keys that its own consent names.
  {
    scope: "segment",
    code: "not-resharer",
    ways: ["grantee"],
    holds: ({ authority: { consent, parent }, state: { resharer } }) =>
      parent === null ||
      (resharer !== null &&
        parent.body.actions.includes("reshare") &&
        parent.body.granteeKeys === resharer.keyCard &&
        consent?.signer === resharer.signer),
  },
  // 7 and 8 Nothing of the chain was revoked, on the ledger or in the custodian's own list; all of it is registered.
  {
    scope: "segment",
    code: "revoked",
    ways: CHAIN,
    holds: ({ chain }) => chain.every((link) => link.state !== "revoked"),
  },
  {
    scope: "segment",
    code: "not-registered",
    ways: CHAIN,
    holds: ({ chain }) => chain.every((link) => link.state === "registered"),
  },
  // 9 An emergency opens the emergency segment and no other.
  {
    scope: "segment",
    code: "not-emergency",
    ways: ["emergency"],
    holds: ({ request }) => request.kind === "emergency",
  },
  // 10 and 11 Every window holds by both clocks: the one that is worse for the requester counts.
  {
    scope: "segment",
    code: "not-yet-valid",
    ways: ["grantee", "proxy", "emergency"],
    holds: (input) =>
      windows(input).every(
        ({ notBefore }) => Math.min(input.state.ledgerTime, input.state.localTime) >= notBefore,
      ),
  },
  {
    scope: "segment",
    code: "expired",
    ways: ["grantee", "proxy", "emergency"],
    holds: (input) =>
      windows(input).every(
        ({ notAfter }) => Math.max(input.state.ledgerTime, input.state.localTime) <= notAfter,
      ),
  },
  // 12 The custodian knows the head: a quiet ledger is not stale, an unreachable one is.
  {
    scope: "segment",
    code: "ledger-stale",
    ways: ALL,
    holds: ({ state }) => state.localTime - state.confirmedAt <= state.staleAfter,
  },
  // 13 The requester stands in the directory with this organisation, account and key card.
  {
    scope: "segment",
    code: "unknown-requester",
    ways: DIRECTORY,
    holds: ({ request: { requester, signer }, state: { actor } }) =>
      requester !== null &&
      actor !== null &&
      actor.signer === signer &&
      actor.organisation === requester.organisation &&
      actor.keyCard === requester.keyCard,
  },
  // 14 Its organisation is an active member.
  {
    scope: "segment",
    code: "member-suspended",
    ways: DIRECTORY,
    holds: ({ state }) => state.actor?.memberActive === true,
  },
  // 15 It is the grantee, now or under an earlier key card, or belongs to the organisation that is the grantee.
  {
    scope: "segment",
    code: "not-grantee",
    ways: ["grantee"],
    holds: ({ request: { requester }, authority: { consent }, state: { actor } }) =>
      requester !== null &&
      consent !== null &&
      (consent.body.grantee === requester.organisation ||
        (consent.body.grantee === requester.actor &&
          (consent.body.granteeKeys === requester.keyCard ||
            actor?.earlierKeyCards.includes(consent.body.granteeKeys) === true))),
  },
  // 16 A grantee's key card is the very one that the consent names: a rotated key needs a new consent.
  {
    scope: "segment",
    code: "rotated-key",
    ways: ["grantee"],
    holds: ({ request: { requester }, authority: { consent } }) =>
      requester !== null &&
      consent !== null &&
      (consent.body.grantee === requester.organisation || consent.body.granteeKeys === requester.keyCard),
  },
  // 17 A practitioner declared the emergency with its own account.
  {
    scope: "segment",
    code: "not-declared",
    ways: ["emergency"],
    holds: ({ authority: { emergency }, state: { actor } }) =>
      emergency !== null &&
      actor !== null &&
      actor.role === "practitioner" &&
      emergency.signer === actor.signer,
  },
  // 18 Two of two other organisations co-signed.
  {
    scope: "segment",
    code: "not-cosigned",
    ways: ["emergency"],
    holds: ({ authority: { emergency }, state: { actor, cosigners } }) => {
      const [first, second] = cosigners;
      return (
        emergency !== null &&
        actor !== null &&
        first !== null &&
        second !== null &&
        emergency.cosigners[0] === first.signer &&
        emergency.cosigners[1] === second.signer &&
        first.organisation !== actor.organisation &&
        second.organisation !== actor.organisation &&
        first.organisation !== second.organisation
      );
    },
  },
  // 19 What a proxy signed or a grantee passed on lies within what it hangs on.
  {
    scope: "segment",
    code: "beyond-limits",
    ways: ["grantee"],
    holds: ({ authority: { consent, parent, delegation } }) =>
      consent !== null &&
      (parent === null || coversTerms(parent.body, consent.body)) &&
      (delegation === null || coversTerms(delegation.body, consent.body)),
  },
  // 20 All of the chain, and the record, are about the segment whose opening was shown.
  {
    scope: "segment",
    code: "wrong-segment",
    ways: CHAIN,
    holds: ({ request, chain }) => chain.every(({ body }) => body.segment === request.segment),
  },
  {
    scope: "record",
    code: "wrong-segment",
    ways: ALL,
    holds: ({ request }, record) => record.segment === request.segment,
  },
  // 21 and 22 Nobody opens an erased record; a retracted one is the owner's alone.
  { scope: "record", code: "erased", ways: ALL, holds: (_, { state }) => state !== "erased" },
  {
    scope: "record",
    code: "retracted",
    ways: ["grantee", "proxy", "emergency"],
    holds: (_, { state }) => state !== "retracted",
  },
  // 23 Resource type.
  {
    scope: "record",
    code: "resource-type",
    ways: CHAIN,
    holds: ({ chain: [own] }, { attributes }) =>
      own !== undefined && coversType(own.body, attributes.resourceType),
  },
  // 24 Action; a proxy reads itself only if the delegation says so.
  {
    scope: "segment",
    code: "action",
    ways: CHAIN,
    holds: ({ way, request, authority: { delegation }, chain: [own] }) =>
      own !== undefined &&
      own.body.actions.includes(request.action) &&
      (way !== "proxy" || delegation?.body.mayRead === true),
  },
  { scope: "segment", code: "action", ways: ALL, holds: ({ request }) => request.action === "read" },
  // 25 Purpose of use, as the requester declared and signed it.
  {
    scope: "segment",
    code: "purpose",
    ways: CHAIN,
    holds: ({ request, chain: [own] }) => own !== undefined && own.body.purposes.includes(request.purpose),
  },
  {
    scope: "segment",
    code: "purpose",
    ways: ["emergency"],
    holds: ({ request }) => request.purpose === "ETREAT",
  },
  // 26 The whole clinical period lies inside; a record without a period is inside no limit.
  {
    scope: "record",
    code: "data-period",
    ways: CHAIN,
    holds: ({ chain: [own] }, { attributes: { from, to } }) =>
      own !== undefined && coversPeriod(own.body, { dataFrom: from, dataTo: to }),
  },
  // 27 No exception of the chain is about it: a denial overrides every permit.
  {
    scope: "segment",
    code: "denied",
    ways: CHAIN,
    holds: (input) =>
      input.chain.every((link, i) =>
        link.body.exceptions.every((exception) => !exceptsSegment(exception, asked(input, i))),
      ),
  },
  {
    scope: "record",
    code: "denied",
    ways: CHAIN,
    holds: (input, { attributes }) =>
      input.chain.every((link, i) =>
        link.body.exceptions.every((exception) => !exceptsRecord(exception, asked(input, i), attributes)),
      ),
  },
  // 28 The author wrote under a permit of the owner that was valid when the record was anchored.
  {
    scope: "record",
    code: "no-permit",
    ways: ALL,
    holds: ({ request, state }, { permit, organisation, anchoredOn }) =>
      permit !== null &&
      permit.signer === state.owner &&
      permit.body.segment === request.segment &&
      permit.body.organisation === organisation &&
      anchoredOn <= dayOf(permit.body.notAfter),
  },
];

function wayOf(request: DecisionRequest, authority: DecisionAuthority): Way {
  if (request.requester === null) return authority.delegation === null ? "owner" : "proxy";
  return authority.emergency === null ? "grantee" : "emergency";
}

function chainOf(way: Way, authority: DecisionAuthority, state: LedgerState): readonly Link[] {
  if (way === "owner" || way === "emergency") return [];
  const { consent, parent, delegation } = authority;
  const links: Link[] = [];
  if (way === "grantee" && consent !== null) links.push({ ...consent, state: state.consent });
  if (way === "grantee" && parent !== null) links.push({ ...parent, state: state.parent });
  if (delegation !== null) links.push({ ...delegation, state: state.delegation });
  return links;
}

function windows({
  way,
  authority: { emergency },
  chain,
}: Input): readonly Pick<Terms, "notBefore" | "notAfter">[] {
  if (way !== "emergency" || emergency === null) return chain.map((link) => link.body);
  const { declaredAt } = emergency;
  return [{ notBefore: declaredAt, notAfter: (declaredAt + EMERGENCY_SECONDS) as UnixSeconds }];
}

/** What a link's exceptions are held against: of what a consent hangs on, those about passing on count too. */
function asked({ request }: Input, link: number): Asked {
  return {
    actions: link === 0 ? [request.action] : [request.action, "reshare"],
    purpose: request.purpose,
  };
}

function firstDenial(input: Input, record: DecisionRecord | null): DenialCode | null {
  for (const rule of RULES) {
    if (!rule.ways.includes(input.way)) continue;
    if (rule.scope === "record" && record === null) continue;
    const holds = rule.scope === "segment" ? rule.holds(input) : rule.holds(input, record as DecisionRecord);
    if (!holds) return rule.code;
  }
  return null;
}

function permitFor({ way, request, authority: { consent, delegation } }: Input): Decision {
  if (way === "owner" || way === "emergency") return { permit: true, basis: way, id: request.segment };
  const own = way === "proxy" ? delegation : consent;
  // Rule 2 has held: without a consent or delegation nobody but an owner, or in an emergency, gets here.
  if (own === null) return { permit: false, code: "no-consent" };
  return { permit: true, basis: delegation === null ? "consent" : "proxy", id: own.id };
}

function decideOn(
  request: DecisionRequest,
  authority: DecisionAuthority,
  record: DecisionRecord | null,
  state: LedgerState,
): Decision {
  const way = wayOf(request, authority);
  const input = { way, request, authority, state, chain: chainOf(way, authority, state) };
  const code = firstDenial(input, record);
  return code === null ? permitFor(input) : { permit: false, code };
}

/**
 * The one decision: pure, total, denies by default; the first failing rule gives the code. The rules stand in the
 * order and with the numbers of docs/decide.md.
 */
export function decide(
  request: DecisionRequest,
  authority: DecisionAuthority,
  record: DecisionRecord,
  state: LedgerState,
): Decision {
  return decideOn(request, authority, record, state);
}

/**
 * The same decision without a record, by the rules that are about the segment alone: may this requester see what a
 * segment holds (headers, never contents)?
 */
export function decideSegment(
  request: DecisionRequest,
  authority: DecisionAuthority,
  state: LedgerState,
): Decision {
  return decideOn(request, authority, null, state);
}

/** An exception as far as it is about records: the request has met the rest of it. */
export interface RecordException {
  /** Empty: any. */
  readonly resourceTypes: readonly string[];
  readonly dataFrom: Day | null;
  readonly dataTo: Day | null;
}

/** What a permit says about the records of its segment: rules 20, 23, 26 and 27 without the request, which they were held against. */
export interface RecordLimits {
  readonly segment: SegmentId;
  /** `["*"]` for all. */
  readonly resourceTypes: readonly string[];
  readonly dataFrom: Day | null;
  readonly dataTo: Day | null;
  readonly exceptions: readonly RecordException[];
}

/**
 * The same decision made once for all records of a segment, for who looks for records by a query: which of them, if they are live or amended and were written under a permit
 * (rules 21, 22 and 28, which are about the record's own standing), the request may open. A test holds it against `decide`.
 */
export function decideRecords(
  request: DecisionRequest,
  authority: DecisionAuthority,
  state: LedgerState,
):
  | { readonly permit: true; readonly limits: RecordLimits }
  | { readonly permit: false; readonly code: DenialCode } {
  const decision = decideSegment(request, authority, state);
  if (!decision.permit) return decision;
  const { segment } = request;
  const way = wayOf(request, authority);
  const input = { way, request, authority, state, chain: chainOf(way, authority, state) };
  const [own] = input.chain;
  if (own === undefined) {
    return {
      permit: true,
      limits: { segment, resourceTypes: ["*"], dataFrom: null, dataTo: null, exceptions: [] },
    };
  }
  const exceptions = input.chain.flatMap(({ body }, i) =>
    body.exceptions.filter((exception) => exceptsUse(exception, asked(input, i))),
  );
  const { resourceTypes, dataFrom, dataTo } = own.body;
  return { permit: true, limits: { segment, resourceTypes, dataFrom, dataTo, exceptions } };
}

/** The limits permit a record with these attributes; a side of its period that is not known lies within no limit, and within every exception. */
export function permitsRecord(
  limits: RecordLimits,
  record: Pick<Attributes, "resourceType" | "from" | "to"> & { readonly segment: SegmentId | null },
): boolean {
  return (
    limits.segment === record.segment &&
    coversType(limits, record.resourceType) &&
    coversPeriod(limits, { dataFrom: record.from, dataTo: record.to }) &&
    !limits.exceptions.some((exception) => exceptsAttributes(exception, record))
  );
}
