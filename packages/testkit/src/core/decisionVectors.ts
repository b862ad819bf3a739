import {
  decide,
  type Decision,
  type DecisionConsent,
  type DecisionRecord,
  type DecisionRequest,
  type LedgerState,
} from "@anamnesis/core/consent/decide";
import { toHex } from "@anamnesis/core/encoding/bytes";
import { domainHashHex } from "@anamnesis/core/encoding/hash";
import {
  type ActorId,
  type Address,
  type ConsentId,
  type Day,
  type Digest,
  type Hash32,
  type OrganisationId,
  parseAddress,
  type SegmentId,
  type UnixSeconds,
} from "@anamnesis/core/ids";

export interface DecisionInput {
  readonly request: DecisionRequest;
  readonly consent: DecisionConsent | null;
  readonly record: DecisionRecord;
  readonly state: LedgerState;
}

const id = <T extends Hash32>(name: string): T => domainHashHex<T>(`test/${name}`);
const account = (name: string): Address =>
  parseAddress(toHex(new TextEncoder().encode(name.padEnd(20, "."))).slice(0, 42));

const segment: SegmentId = id("segment");
const otherSegment: SegmentId = id("other segment");
const hospital: OrganisationId = id("hospital");
const author: OrganisationId = id("author");
const doctor: ActorId = id("doctor");
const doctorKeys: Digest = id("doctor keys");
const consentId: ConsentId = id("consent");
const owner = account("owner");
const doctorAccount = account("doctor");
const other = account("other");
const NOW = 1_760_000_000 as UnixSeconds;

/** A request that is permitted on the basis of a consent; each vector changes one thing of it. */
export const PERMITTED: DecisionInput = {
  request: {
    signer: doctorAccount,
    requester: { actor: doctor, organisation: hospital, keyCard: doctorKeys },
    action: "read",
    purpose: "TREAT",
    segment,
  },
  consent: {
    id: consentId,
    signer: owner,
    body: {
      segment,
      grantee: doctor,
      granteeName: "Dr. Ada Example",
      granteeKeys: doctorKeys,
      resourceTypes: ["Observation"],
      actions: ["read"],
      purposes: ["TREAT"],
      dataFrom: 19_000 as Day,
      dataTo: 20_000 as Day,
      notBefore: (NOW - 1000) as UnixSeconds,
      notAfter: (NOW + 1000) as UnixSeconds,
      salt: new Uint8Array(32),
      revoker: account("revoker"),
    },
  },
  record: {
    segment,
    organisation: author,
    attributes: { resourceType: "Observation", from: 19_500 as Day, to: 19_500 as Day, labels: [] },
    anchoredOn: 20_100 as Day,
    permit: {
      signer: owner,
      body: {
        segment,
        organisation: author,
        notAfter: (20_100 * 86_400) as UnixSeconds,
        salt: new Uint8Array(32),
      },
    },
  },
  state: {
    ledgerTime: NOW,
    localTime: NOW,
    confirmedAt: NOW,
    staleAfter: 120,
    owner,
    consent: "registered",
    actor: { organisation: hospital, signer: doctorAccount, keyCard: doctorKeys },
  },
};

type Change = (input: DecisionInput) => DecisionInput;

const request =
  (change: Partial<DecisionRequest>): Change =>
  (input) => ({ ...input, request: { ...input.request, ...change } });
const state =
  (change: Partial<LedgerState>): Change =>
  (input) => ({ ...input, state: { ...input.state, ...change } });
const record =
  (change: Partial<DecisionRecord>): Change =>
  (input) => ({ ...input, record: { ...input.record, ...change } });
const consentBody =
  (change: Partial<DecisionConsent["body"]>): Change =>
  (input) => ({
    ...input,
    consent: input.consent === null ? null : { ...input.consent, body: { ...input.consent.body, ...change } },
  });
const signedBy =
  (signer: Address | null): Change =>
  (input) => ({ ...input, consent: input.consent === null ? null : { ...input.consent, signer } });
const attributes =
  (change: Partial<DecisionRecord["attributes"]>): Change =>
  (input) => ({
    ...input,
    record: { ...input.record, attributes: { ...input.record.attributes, ...change } },
  });
const permit =
  (change: Partial<NonNullable<DecisionRecord["permit"]>["body"]>): Change =>
  (input) => ({
    ...input,
    record: {
      ...input.record,
      permit:
        input.record.permit === null
          ? null
          : { ...input.record.permit, body: { ...input.record.permit.body, ...change } },
    },
  });
const permitSignedBy =
  (signer: Address | null): Change =>
  (input) => ({
    ...input,
    record: {
      ...input.record,
      permit: input.record.permit === null ? null : { ...input.record.permit, signer },
    },
  });
const asOwner: Change = (input) => ({
  ...request({ signer: owner, requester: null })(input),
  consent: null,
});
const noConsent: Change = (input) => ({ ...input, consent: null });
const both =
  (...changes: readonly Change[]): Change =>
  (input) =>
    changes.reduce((value, change) => change(value), input);

const seconds = (value: number): UnixSeconds => value as UnixSeconds;
const day = (value: number): Day => value as Day;

/** Name, change and what must come of it. The expected code is written by hand: it is the specification's word. */
export const DECISION_CASES: readonly (readonly [string, Change, string])[] = [
  ["a live consent", (input) => input, "consent"],
  ["the owner", asOwner, "owner"],
  ["no signature", request({ signer: null }), "not-owner"],
  ["the owner without a signature", both(asOwner, request({ signer: null })), "not-owner"],
  ["somebody who asks as the owner", both(asOwner, request({ signer: other })), "not-owner"],
  ["no consent", noConsent, "no-consent"],
  ["a consent that somebody else signed", signedBy(other), "not-owner"],
  ["a consent whose signature is none", signedBy(null), "not-owner"],
  ["a consent of an owner before a rotation", state({ owner: other }), "not-owner"],
  ["a revoked consent", state({ consent: "revoked" }), "revoked"],
  ["a consent that the ledger does not have", state({ consent: "none" }), "not-registered"],
  [
    "the first second",
    both(
      state({
        ledgerTime: seconds(NOW - 1000),
        localTime: seconds(NOW - 1000),
        confirmedAt: seconds(NOW - 1000),
      }),
    ),
    "consent",
  ],
  [
    "a second too early by the local clock",
    state({ localTime: seconds(NOW - 1001), confirmedAt: seconds(NOW - 1001) }),
    "not-yet-valid",
  ],
  ["a second too early by the ledger", state({ ledgerTime: seconds(NOW - 1001) }), "not-yet-valid"],
  [
    "the last second",
    state({
      ledgerTime: seconds(NOW + 1000),
      localTime: seconds(NOW + 1000),
      confirmedAt: seconds(NOW + 1000),
    }),
    "consent",
  ],
  [
    "a second too late by the local clock",
    state({ localTime: seconds(NOW + 1001), confirmedAt: seconds(NOW + 1001) }),
    "expired",
  ],
  ["a second too late by the ledger", state({ ledgerTime: seconds(NOW + 1001) }), "expired"],
  ["a head confirmed at the limit", state({ confirmedAt: seconds(NOW - 120) }), "consent"],
  ["a head confirmed too long ago", state({ confirmedAt: seconds(NOW - 121) }), "ledger-stale"],
  ["the owner with a stale head", both(asOwner, state({ confirmedAt: seconds(NOW - 121) })), "ledger-stale"],
  ["a quiet ledger", state({ ledgerTime: seconds(NOW - 900) }), "consent"],
  ["a requester who is not in the directory", state({ actor: null }), "unknown-requester"],
  ["another account", request({ signer: other }), "unknown-requester"],
  [
    "another organisation than the directory's",
    both(request({ requester: { actor: doctor, organisation: author, keyCard: doctorKeys } })),
    "unknown-requester",
  ],
  [
    "a key card that is not the directory's",
    request({ requester: { actor: doctor, organisation: hospital, keyCard: id("old keys") } }),
    "unknown-requester",
  ],
  ["another grantee", consentBody({ grantee: id("nurse") }), "not-grantee"],
  ["a grantee whose keys have changed", consentBody({ granteeKeys: id("old keys") }), "not-grantee"],
  [
    "a grant to the whole organisation",
    consentBody({ grantee: hospital, granteeKeys: id("hospital keys") }),
    "consent",
  ],
  ["a consent for another segment", consentBody({ segment: otherSegment }), "wrong-segment"],
  ["a record of another segment", record({ segment: otherSegment }), "wrong-segment"],
  [
    "the owner with a record of another segment",
    both(asOwner, record({ segment: otherSegment })),
    "wrong-segment",
  ],
  ["another resource type", attributes({ resourceType: "Condition" }), "resource-type"],
  [
    "any resource type",
    both(consentBody({ resourceTypes: ["*"] }), attributes({ resourceType: "Condition" })),
    "consent",
  ],
  ["an action that the consent does not name", consentBody({ actions: ["reshare"] }), "action"],
  [
    "an action that is not offered",
    both(request({ action: "reshare" }), consentBody({ actions: ["read", "reshare"] })),
    "action",
  ],
  ["the owner with an action that is not offered", both(asOwner, request({ action: "reshare" })), "action"],
  ["another purpose", request({ purpose: "HRESCH" }), "purpose"],
  ["data before the period", attributes({ from: day(18_999) }), "data-period"],
  ["data after the period", attributes({ to: day(20_001) }), "data-period"],
  ["data on both borders", attributes({ from: day(19_000), to: day(20_000) }), "consent"],
  ["data without a period", attributes({ from: null, to: null }), "data-period"],
  ["data without an end", attributes({ to: null }), "data-period"],
  [
    "data without a period, no limit",
    both(consentBody({ dataFrom: null, dataTo: null }), attributes({ from: null, to: null })),
    "consent",
  ],
  ["no permit", record({ permit: null }), "no-permit"],
  ["a permit that the owner did not sign", permitSignedBy(other), "no-permit"],
  ["a permit whose signature is none", permitSignedBy(null), "no-permit"],
  ["a permit for another segment", permit({ segment: otherSegment }), "no-permit"],
  ["a permit for another organisation", permit({ organisation: hospital }), "no-permit"],
  ["a permit that ran out the day before", record({ anchoredOn: day(20_101) }), "no-permit"],
  ["the owner with a record without permit", both(asOwner, record({ permit: null })), "no-permit"],
  [
    "a revoked consent that is expired too",
    both(state({ consent: "revoked" }), consentBody({ notAfter: seconds(NOW - 1) })),
    "revoked",
  ],
  [
    "a stale head and another grantee",
    both(state({ confirmedAt: seconds(0) }), consentBody({ grantee: id("nurse") })),
    "ledger-stale",
  ],
];

export function outcomeOf(decision: Decision): string {
  return decision.permit ? decision.basis : decision.code;
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]));
}

export interface DecisionVectors {
  readonly about: string;
  readonly cases: readonly { readonly name: string; readonly input: unknown; readonly outcome: string }[];
}

/** What vectors/decide.json holds: whole inputs, for implementations in other languages. */
export function decisionVectors(): DecisionVectors {
  return {
    about:
      "Inputs of decide and the outcome: the basis of a permit, or the code of the first failing rule of docs/decide.md.",
    cases: DECISION_CASES.map(([name, change, outcome]) => ({
      name,
      input: jsonOf(change(PERMITTED)),
      outcome,
    })),
  };
}

export function runDecision(change: Change): Decision {
  const input = change(PERMITTED);
  return decide(input.request, input.consent, input.record, input.state);
}
