import { decide, type Decision } from "@anamnesis/core/consent/decide";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Exception } from "@anamnesis/core/consent/terms";
import {
  accountOf,
  actor,
  all,
  asOwner,
  asProxy,
  asReader,
  attributes,
  authority,
  byProxy,
  CAST,
  type Change,
  consent,
  consentBody,
  day,
  delegation,
  delegationBody,
  emergency,
  idOf,
  inEmergency,
  NOW,
  parent,
  parentBody,
  permit,
  PERMITTED,
  permitSignedBy,
  record,
  request,
  reshared,
  seconds,
  state,
} from "./decisionInput.ts";

const { author, doctor, doctorKeys, hospital, other, otherSegment, owner, specialist } = CAST;

/** An exception of these dimensions; the others are any. */
const never = (dimensions: Partial<Exception>): Exception => ({
  resourceTypes: [],
  actions: [],
  purposes: [],
  dataFrom: null,
  dataTo: null,
  ...dimensions,
});
const except = (dimensions: Partial<Exception>): Change => consentBody({ exceptions: [never(dimensions)] });
const cosigners = (first: string | null, second: string | null): Change =>
  state({
    cosigners: [
      first === null ? null : { organisation: idOf(first), signer: accountOf("first co-signer") },
      second === null ? null : { organisation: idOf(second), signer: accountOf("second co-signer") },
    ],
  });

/** Name, change and what must come of it. The expected code is written by hand: it is the specification's word. */
export const DECISION_CASES: readonly (readonly [string, Change, string])[] = [
  ["a live consent", (input) => input, "consent"],
  ["the owner", asOwner, "owner"],
  ["no signature", request({ signer: null }), "not-owner"],
  ["the owner without a signature", all(asOwner, request({ signer: null })), "not-owner"],
  ["somebody who asks as the owner", all(asOwner, request({ signer: other })), "not-owner"],
  ["no consent", authority({ consent: null }), "no-consent"],
  ["a consent that somebody else signed", consent({ signer: other }), "not-owner"],
  ["a consent whose signature is none", consent({ signer: null }), "not-owner"],
  ["a consent of an owner before a rotation", state({ owner: other }), "not-owner"],
  ["a revoked consent", state({ consent: "revoked" }), "revoked"],
  ["a consent that the ledger does not have", state({ consent: "none" }), "not-registered"],
  [
    "the first second",
    all(
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
  ["the owner with a stale head", all(asOwner, state({ confirmedAt: seconds(NOW - 121) })), "ledger-stale"],
  ["a quiet ledger", state({ ledgerTime: seconds(NOW - 900) }), "consent"],
  ["a requester who is not in the directory", state({ actor: null }), "unknown-requester"],
  ["another account", request({ signer: other }), "unknown-requester"],
  [
    "another organisation than the directory's",
    all(request({ requester: { actor: doctor, organisation: author, keyCard: doctorKeys } })),
    "unknown-requester",
  ],
  [
    "a key card that is not the directory's",
    request({ requester: { actor: doctor, organisation: hospital, keyCard: idOf("old keys") } }),
    "unknown-requester",
  ],
  ["another grantee", consentBody({ grantee: idOf("nurse") }), "not-grantee"],
  ["a grantee whose keys have changed", consentBody({ granteeKeys: idOf("old keys") }), "not-grantee"],
  [
    "a grant to the whole organisation",
    consentBody({ grantee: hospital, granteeKeys: idOf("hospital keys") }),
    "consent",
  ],
  ["a consent for another segment", consentBody({ segment: otherSegment }), "wrong-segment"],
  ["a record of another segment", record({ segment: otherSegment }), "wrong-segment"],
  [
    "the owner with a record of another segment",
    all(asOwner, record({ segment: otherSegment })),
    "wrong-segment",
  ],
  ["another resource type", attributes({ resourceType: "Condition" }), "resource-type"],
  [
    "any resource type",
    all(consentBody({ resourceTypes: ["*"] }), attributes({ resourceType: "Condition" })),
    "consent",
  ],
  ["an action that the consent does not name", consentBody({ actions: ["reshare"] }), "action"],
  [
    "an action that is not offered",
    all(request({ action: "reshare" }), consentBody({ actions: ["read", "reshare"] })),
    "action",
  ],
  ["the owner with an action that is not offered", all(asOwner, request({ action: "reshare" })), "action"],
  ["another purpose", request({ purpose: "HRESCH" }), "purpose"],
  ["data before the period", attributes({ from: day(18_999) }), "data-period"],
  ["data after the period", attributes({ to: day(20_001) }), "data-period"],
  ["data on both borders", attributes({ from: day(19_000), to: day(20_000) }), "consent"],
  ["data without a period", attributes({ from: null, to: null }), "data-period"],
  ["data without an end", attributes({ to: null }), "data-period"],
  [
    "data without a period, no limit",
    all(consentBody({ dataFrom: null, dataTo: null }), attributes({ from: null, to: null })),
    "consent",
  ],
  ["no permit", record({ permit: null }), "no-permit"],
  ["a permit that the owner did not sign", permitSignedBy(other), "no-permit"],
  ["a permit whose signature is none", permitSignedBy(null), "no-permit"],
  ["a permit for another segment", permit({ segment: otherSegment }), "no-permit"],
  ["a permit for another organisation", permit({ organisation: hospital }), "no-permit"],
  ["a permit that ran out the day before", record({ anchoredOn: day(20_101) }), "no-permit"],
  ["the owner with a record without permit", all(asOwner, record({ permit: null })), "no-permit"],
  [
    "a revoked consent that is expired too",
    all(state({ consent: "revoked" }), consentBody({ notAfter: seconds(NOW - 1) })),
    "revoked",
  ],
  [
    "a stale head and another grantee",
    all(state({ confirmedAt: seconds(0) }), consentBody({ grantee: idOf("nurse") })),
    "ledger-stale",
  ],
  // What was passed on, by a grantee.
  ["a consent that a grantee passed on", reshared, "consent"],
  ["a parent that the owner did not sign", all(reshared, parent({ signer: other })), "not-owner"],
  [
    "a consent with a parent that the owner signed itself",
    all(reshared, consent({ signer: owner })),
    "not-resharer",
  ],
  ["passed on by who may only read", all(reshared, parentBody({ actions: ["read"] })), "not-resharer"],
  ["passed on by who is not in the directory", all(reshared, state({ resharer: null })), "not-resharer"],
  [
    "passed on by a grantee whose keys have changed",
    all(reshared, parentBody({ granteeKeys: idOf("old keys") })),
    "not-resharer",
  ],
  ["passed on under a revoked consent", all(reshared, state({ parent: "revoked" })), "revoked"],
  ["a revoked consent that was passed on", all(reshared, state({ consent: "revoked" })), "revoked"],
  [
    "passed on under a consent that the ledger does not have",
    all(reshared, state({ parent: "none" })),
    "not-registered",
  ],
  [
    "passed on under a consent that begins later",
    all(reshared, parentBody({ notBefore: seconds(NOW + 1) })),
    "not-yet-valid",
  ],
  [
    "passed on under a consent that is over",
    all(reshared, parentBody({ notAfter: seconds(NOW - 1) })),
    "expired",
  ],
  [
    "passed on and to be passed on again",
    all(reshared, consentBody({ actions: ["read", "reshare"] })),
    "beyond-limits",
  ],
  [
    "passed on with a resource type more",
    all(reshared, consentBody({ resourceTypes: ["Observation", "Condition"] })),
    "beyond-limits",
  ],
  [
    "every resource type passed on from some",
    all(reshared, consentBody({ resourceTypes: ["*"] })),
    "beyond-limits",
  ],
  [
    "some resource types passed on from every",
    all(reshared, parentBody({ resourceTypes: ["*"] })),
    "consent",
  ],
  [
    "passed on with a purpose more",
    all(reshared, consentBody({ purposes: ["TREAT", "HRESCH"] })),
    "beyond-limits",
  ],
  ["passed on from a day earlier", all(reshared, consentBody({ dataFrom: day(18_999) })), "beyond-limits"],
  ["passed on to a day later", all(reshared, consentBody({ dataTo: day(20_001) })), "beyond-limits"],
  ["passed on without an end of the data", all(reshared, consentBody({ dataTo: null })), "beyond-limits"],
  [
    "passed on from a second earlier",
    all(reshared, consentBody({ notBefore: seconds(NOW - 1001) })),
    "beyond-limits",
  ],
  [
    "passed on for a second longer",
    all(reshared, consentBody({ notAfter: seconds(NOW + 1001) })),
    "beyond-limits",
  ],
  ["a parent for another segment", all(reshared, parentBody({ segment: otherSegment })), "wrong-segment"],
  [
    "passed on, against an exception of the parent",
    all(reshared, parentBody({ exceptions: [never({ resourceTypes: ["Observation"] })] })),
    "denied",
  ],
  [
    "passed on, against an exception of the parent about passing on",
    all(
      reshared,
      parentBody({ exceptions: [never({ resourceTypes: ["Observation"], actions: ["reshare"] })] }),
    ),
    "denied",
  ],
  [
    "an exception of the consent about passing on",
    except({ resourceTypes: ["Observation"], actions: ["reshare"] }),
    "consent",
  ],
  // A proxy.
  ["a consent that a proxy signed", byProxy, "proxy"],
  ["a delegation that the owner did not sign", all(byProxy, delegation({ signer: other })), "not-owner"],
  ["a delegation whose signature is none", all(byProxy, delegation({ signer: null })), "not-owner"],
  ["signed by somebody else than the proxy", all(byProxy, consent({ signer: other })), "not-proxy"],
  ["signed by the owner, with a delegation", all(byProxy, consent({ signer: owner })), "not-proxy"],
  ["a revoked delegation", all(byProxy, state({ delegation: "revoked" })), "revoked"],
  [
    "a delegation that the ledger does not have",
    all(byProxy, state({ delegation: "none" })),
    "not-registered",
  ],
  [
    "a delegation that begins later",
    all(byProxy, delegationBody({ notBefore: seconds(NOW + 1) })),
    "not-yet-valid",
  ],
  ["a delegation that is over", all(byProxy, delegationBody({ notAfter: seconds(NOW - 1) })), "expired"],
  [
    "a delegation for other purposes",
    all(byProxy, delegationBody({ purposes: ["HPAYMT"] })),
    "beyond-limits",
  ],
  [
    "a delegation for another segment",
    all(byProxy, delegationBody({ segment: otherSegment })),
    "wrong-segment",
  ],
  [
    "an exception of the delegation",
    all(byProxy, delegationBody({ exceptions: [never({ purposes: ["TREAT"] })] })),
    "denied",
  ],
  ["a proxy's consent that was passed on", all(reshared, byProxy), "too-many-links"],
  ["a proxy that asks itself", asProxy, "proxy"],
  ["a device that reads for its owner", asReader, "proxy"],
  [
    "what such a device signed for somebody else",
    all(byProxy, delegationBody({ exceptions: [never({ actions: ["reshare"] })] })),
    "denied",
  ],
  ["somebody who asks as the proxy", all(asProxy, request({ signer: other })), "not-proxy"],
  ["the owner who asks as the proxy", all(asProxy, request({ signer: owner })), "not-proxy"],
  ["a proxy without a signature", all(asProxy, request({ signer: null })), "not-owner"],
  ["a proxy that may not read", all(asProxy, delegationBody({ mayRead: false })), "action"],
  [
    "a proxy beyond its resource types",
    all(asProxy, attributes({ resourceType: "Patient" })),
    "resource-type",
  ],
  ["a proxy beyond its purposes", all(asProxy, request({ purpose: "HRESCH" })), "purpose"],
  ["a proxy beyond its period", all(asProxy, attributes({ to: day(20_001) })), "data-period"],
  ["a proxy whose delegation was revoked", all(asProxy, state({ delegation: "revoked" })), "revoked"],
  ["a proxy after its time", all(asProxy, delegationBody({ notAfter: seconds(NOW - 1) })), "expired"],
  // An emergency.
  ["an emergency", inEmergency, "emergency"],
  [
    "an emergency for any resource type and period",
    all(inEmergency, attributes({ resourceType: "Condition", from: null, to: null })),
    "emergency",
  ],
  ["an emergency in another segment", all(inEmergency, request({ kind: "general" })), "not-emergency"],
  [
    "an emergency of the next second",
    all(inEmergency, emergency({ declaredAt: seconds(NOW + 1) })),
    "not-yet-valid",
  ],
  [
    "an emergency that the ledger's clock has not reached",
    all(inEmergency, state({ ledgerTime: seconds(NOW - 61) })),
    "not-yet-valid",
  ],
  [
    "the last second of an emergency",
    all(inEmergency, emergency({ declaredAt: seconds(NOW - 14_400) })),
    "emergency",
  ],
  [
    "an emergency that is over",
    all(inEmergency, emergency({ declaredAt: seconds(NOW - 14_401) })),
    "expired",
  ],
  [
    "an emergency with a stale head",
    all(inEmergency, state({ confirmedAt: seconds(NOW - 121) })),
    "ledger-stale",
  ],
  ["an emergency of nobody", all(inEmergency, state({ actor: null })), "unknown-requester"],
  [
    "an emergency at a suspended member",
    all(inEmergency, actor({ memberActive: false })),
    "member-suspended",
  ],
  ["an emergency that a clerk declared", all(inEmergency, actor({ role: "staff" })), "not-declared"],
  [
    "an emergency that somebody else declared",
    all(inEmergency, emergency({ signer: other })),
    "not-declared",
  ],
  ["an emergency with one co-signer", all(inEmergency, cosigners("clinic", null)), "not-cosigned"],
  [
    "an emergency with co-signers of one organisation",
    all(inEmergency, cosigners("clinic", "clinic")),
    "not-cosigned",
  ],
  [
    "an emergency with a co-signer of the same organisation",
    all(inEmergency, cosigners("hospital", "clinic")),
    "not-cosigned",
  ],
  [
    "an emergency with a second co-signer of the same organisation",
    all(inEmergency, cosigners("clinic", "hospital")),
    "not-cosigned",
  ],
  [
    "an emergency that a co-signer did not sign",
    all(inEmergency, emergency({ cosigners: [accountOf("first co-signer"), null] })),
    "not-cosigned",
  ],
  ["an emergency for another purpose", all(inEmergency, request({ purpose: "TREAT" })), "purpose"],
  ["an emergency for another action", all(inEmergency, request({ action: "reshare" })), "action"],
  // Members, keys and records.
  ["a requester of a suspended member", actor({ memberActive: false }), "member-suspended"],
  [
    "a grantee under the key card before",
    all(
      consentBody({ granteeKeys: idOf("old keys") }),
      actor({ earlierKeyCards: [idOf("older keys"), idOf("old keys")] }),
    ),
    "rotated-key",
  ],
  [
    "another grantee with keys that this one had",
    all(
      consentBody({ grantee: specialist, granteeKeys: idOf("old keys") }),
      actor({ earlierKeyCards: [idOf("old keys")] }),
    ),
    "not-grantee",
  ],
  ["an amended record", record({ state: "amended" }), "consent"],
  ["a retracted record", record({ state: "retracted" }), "retracted"],
  ["the owner with a retracted record", all(asOwner, record({ state: "retracted" })), "owner"],
  ["a proxy with a retracted record", all(asProxy, record({ state: "retracted" })), "retracted"],
  ["an emergency with a retracted record", all(inEmergency, record({ state: "retracted" })), "retracted"],
  ["an erased record", record({ state: "erased" }), "erased"],
  ["the owner with an erased record", all(asOwner, record({ state: "erased" })), "erased"],
  // Exceptions.
  ["an exception about everything", except({}), "denied"],
  ["an exception about the resource type", except({ resourceTypes: ["Condition", "Observation"] }), "denied"],
  ["an exception about another resource type", except({ resourceTypes: ["Condition"] }), "consent"],
  ["an exception about the purpose", except({ purposes: ["TREAT"] }), "denied"],
  [
    "an exception about another purpose",
    except({ resourceTypes: ["Observation"], purposes: ["HRESCH"] }),
    "consent",
  ],
  ["an exception from the record's last day", except({ dataFrom: day(19_500) }), "denied"],
  ["an exception from the day after", except({ dataFrom: day(19_501) }), "consent"],
  ["an exception up to the record's first day", except({ dataTo: day(19_500) }), "denied"],
  ["an exception up to the day before", except({ dataTo: day(19_499) }), "consent"],
  [
    "an exception about a period, a record without one",
    all(
      consentBody({ dataFrom: null, dataTo: null }),
      except({ dataFrom: day(1), dataTo: day(2) }),
      attributes({ from: null, to: null }),
    ),
    "denied",
  ],
  [
    "the second of two exceptions",
    consentBody({ exceptions: [never({ purposes: ["HRESCH"] }), never({ resourceTypes: ["Observation"] })] }),
    "denied",
  ],
  [
    "an exception and a record without permit",
    all(except({ purposes: ["TREAT"] }), record({ permit: null })),
    "denied",
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
  return decide(input.request, input.authority, input.record, input.state);
}
