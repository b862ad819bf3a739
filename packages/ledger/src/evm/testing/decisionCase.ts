import {
  BASES,
  CONSENT_STATES,
  type Decision,
  type DecisionConsent,
  type DecisionDelegation,
  DENIAL_CODES,
  RECORD_STATES,
} from "@anamnesis/core/consent/decide";
import { type Exception, NO_FROM, NO_TO, type Terms } from "@anamnesis/core/consent/terms";
import type { Hex } from "@anamnesis/core/ids";
import { ACTOR_ROLES } from "@anamnesis/core/ports/ledger";
import type { DecisionInput } from "@anamnesis/testkit/core/decisionInput";
import { keccak256, stringToHex } from "viem";

const ZERO = `0x${"00".repeat(32)}` as const;
const NOBODY = `0x${"00".repeat(20)}` as const;
const words = new Map<string, Hex>();

/** keccak256 of a text's UTF-8. */
export function wordOf(text: string): Hex {
  const known = words.get(text) ?? keccak256(stringToHex(text));
  words.set(text, known);
  return known;
}

function exceptionOf({ resourceTypes, actions, purposes, dataFrom, dataTo }: Exception) {
  return {
    resourceTypes: resourceTypes.map(wordOf),
    actions: actions.map(wordOf),
    purposes: purposes.map(wordOf),
    dataFrom: dataFrom ?? NO_FROM,
    dataTo: dataTo ?? NO_TO,
  };
}

export function termsOf(terms: Terms) {
  const { exceptions, notBefore, notAfter } = terms;
  return { ...exceptionOf(terms), exceptions: exceptions.map(exceptionOf), notBefore, notAfter };
}

const NO_TERMS = {
  resourceTypes: [],
  actions: [],
  purposes: [],
  dataFrom: 0,
  dataTo: 0,
  exceptions: [],
  notBefore: 0,
  notAfter: 0,
};
const NO_CONSENT = {
  given: false,
  id: ZERO,
  signer: NOBODY,
  body: { segment: ZERO, grantee: ZERO, granteeKeys: ZERO, terms: NO_TERMS },
};
const NO_DELEGATION = {
  given: false,
  id: ZERO,
  signer: NOBODY,
  body: { segment: ZERO, proxy: NOBODY, mayRead: false, terms: NO_TERMS },
};
const NO_EMERGENCY = { given: false, declaredAt: 0, signer: NOBODY, cosigners: [NOBODY, NOBODY] };
const NO_REQUESTER = { given: false, actor: ZERO, organisation: ZERO, keyCard: ZERO };
const NO_PERMIT = { given: false, segment: ZERO, organisation: ZERO, notAfter: 0, signer: NOBODY };
const NO_ACTOR = {
  given: false,
  organisation: ZERO,
  role: 0,
  signer: NOBODY,
  keyCard: ZERO,
  earlierKeyCards: [],
  memberActive: false,
};
const NO_RESHARER = { given: false, signer: NOBODY, keyCard: ZERO };
const NO_COSIGNER = { given: false, organisation: ZERO, signer: NOBODY };

/** The same object for the same input, so that what many cases share is encoded once. */
function once<K extends object, V extends object>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const consentOf = once((value: DecisionConsent) => {
  const { segment, grantee, granteeKeys } = value.body;
  const body = { segment, grantee, granteeKeys, terms: termsOf(value.body) };
  return { given: true, id: value.id, signer: value.signer ?? NOBODY, body };
});

const delegationOf = once((value: DecisionDelegation) => {
  const { segment, proxy, mayRead } = value.body;
  const body = { segment, proxy, mayRead, terms: termsOf(value.body) };
  return { given: true, id: value.id, signer: value.signer ?? NOBODY, body };
});

/** An input of the TypeScript `decide` as the struct `Case` of the harness, see `IPolicy`. */
export function decisionCase({ request, authority, record, state }: DecisionInput) {
  const { emergency } = authority;
  const { permit } = record;
  return {
    request: {
      signer: request.signer ?? NOBODY,
      requester: request.requester === null ? NO_REQUESTER : { given: true, ...request.requester },
      action: wordOf(request.action),
      purpose: wordOf(request.purpose),
      segment: request.segment,
      kind: wordOf(request.kind),
    },
    authority: {
      consent: authority.consent === null ? NO_CONSENT : consentOf(authority.consent),
      parent: authority.parent === null ? NO_CONSENT : consentOf(authority.parent),
      delegation: authority.delegation === null ? NO_DELEGATION : delegationOf(authority.delegation),
      emergency:
        emergency === null
          ? NO_EMERGENCY
          : {
              given: true,
              declaredAt: emergency.declaredAt,
              signer: emergency.signer ?? NOBODY,
              cosigners: emergency.cosigners.map((signer) => signer ?? NOBODY),
            },
    },
    record: {
      segment: record.segment,
      organisation: record.organisation,
      resourceType: wordOf(record.attributes.resourceType),
      from: record.attributes.from ?? NO_FROM,
      to: record.attributes.to ?? NO_TO,
      anchoredOn: record.anchoredOn,
      state: RECORD_STATES.indexOf(record.state),
      permit: permit === null ? NO_PERMIT : { given: true, ...permit.body, signer: permit.signer ?? NOBODY },
    },
    state: {
      ...state,
      consent: CONSENT_STATES.indexOf(state.consent),
      parent: CONSENT_STATES.indexOf(state.parent),
      delegation: CONSENT_STATES.indexOf(state.delegation),
      actor:
        state.actor === null
          ? NO_ACTOR
          : { given: true, ...state.actor, role: ACTOR_ROLES.indexOf(state.actor.role) },
      resharer: state.resharer === null ? NO_RESHARER : { given: true, ...state.resharer },
      cosigners: state.cosigners.map((cosigner) =>
        cosigner === null ? NO_COSIGNER : { given: true, ...cosigner },
      ),
    },
  };
}

/** The three words of the contract's `Decision`: basis, code, id. */
export function decisionWords(decision: Decision): string {
  const basis = decision.permit ? 1 + BASES.indexOf(decision.basis) : 0;
  const code = decision.permit ? 0 : 1 + DENIAL_CODES.indexOf(decision.code);
  const id = decision.permit ? decision.id : ZERO;
  return [basis, code].map((value) => value.toString(16).padStart(64, "0")).join("") + id.slice(2);
}
