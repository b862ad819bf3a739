import type {
  DecisionAuthority,
  DecisionConsent,
  DecisionDelegation,
  DecisionEmergency,
  DecisionRecord,
  DecisionRequest,
  LedgerState,
} from "@anamnesis/core/consent/decide";
import { readingDelegation } from "@anamnesis/core/consent/readingDelegation";
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

/** The parameters of `decide`. */
export interface DecisionInput {
  readonly request: DecisionRequest;
  readonly authority: DecisionAuthority;
  readonly record: DecisionRecord;
  readonly state: LedgerState;
}

export const idOf = <T extends Hash32>(name: string): T => domainHashHex<T>(`test/${name}`);
export const accountOf = (name: string): Address =>
  parseAddress(toHex(new TextEncoder().encode(name.padEnd(20, "."))).slice(0, 42));
export const seconds = (value: number): UnixSeconds => value as UnixSeconds;
export const day = (value: number): Day => value as Day;

/** Who and what the examples are about. */
export const CAST = {
  segment: idOf<SegmentId>("segment"),
  otherSegment: idOf<SegmentId>("other segment"),
  hospital: idOf<OrganisationId>("hospital"),
  clinic: idOf<OrganisationId>("clinic"),
  laboratory: idOf<OrganisationId>("laboratory"),
  author: idOf<OrganisationId>("author"),
  doctor: idOf<ActorId>("doctor"),
  doctorKeys: idOf<Digest>("doctor keys"),
  specialist: idOf<ActorId>("specialist"),
  specialistKeys: idOf<Digest>("specialist keys"),
  owner: accountOf("owner"),
  doctorAccount: accountOf("doctor"),
  specialistAccount: accountOf("specialist"),
  proxy: accountOf("proxy"),
  other: accountOf("other"),
} as const;
export const NOW = seconds(1_760_000_000);

const TERMS = {
  resourceTypes: ["Observation"],
  actions: ["read"],
  purposes: ["TREAT"],
  dataFrom: day(19_000),
  dataTo: day(20_000),
  exceptions: [],
  notBefore: seconds(NOW - 1000),
  notAfter: seconds(NOW + 1000),
} as const;

const CONSENT: DecisionConsent = {
  id: idOf<ConsentId>("consent"),
  signer: CAST.owner,
  body: {
    segment: CAST.segment,
    grantee: CAST.doctor,
    granteeName: "Dr. Ada Example",
    granteeKeys: CAST.doctorKeys,
    ...TERMS,
    salt: new Uint8Array(32),
    revoker: accountOf("revoker"),
  },
};

const PARENT: DecisionConsent = {
  id: idOf<ConsentId>("parent"),
  signer: CAST.owner,
  body: {
    ...CONSENT.body,
    grantee: CAST.specialist,
    granteeName: "Dr. Bo Example",
    granteeKeys: CAST.specialistKeys,
    actions: ["read", "reshare"],
    revoker: accountOf("parent's revoker"),
  },
};

const DELEGATION: DecisionDelegation = {
  id: idOf<ConsentId>("delegation"),
  signer: CAST.owner,
  body: {
    segment: CAST.segment,
    proxy: CAST.proxy,
    proxyName: "Cy Example",
    mayRead: true,
    ...TERMS,
    salt: new Uint8Array(32),
    revoker: accountOf("delegation's revoker"),
  },
};

const EMERGENCY: DecisionEmergency = {
  declaredAt: seconds(NOW - 60),
  signer: CAST.doctorAccount,
  cosigners: [accountOf("first co-signer"), accountOf("second co-signer")],
};

/** A request that is permitted on the basis of a consent; the others begin with it. */
export const PERMITTED: DecisionInput = {
  request: {
    signer: CAST.doctorAccount,
    requester: { actor: CAST.doctor, organisation: CAST.hospital, keyCard: CAST.doctorKeys },
    action: "read",
    purpose: "TREAT",
    segment: CAST.segment,
    kind: "general",
  },
  authority: { consent: CONSENT, parent: null, delegation: null, emergency: null },
  record: {
    segment: CAST.segment,
    organisation: CAST.author,
    attributes: { resourceType: "Observation", from: day(19_500), to: day(19_500), labels: [] },
    anchoredOn: day(20_100),
    state: "live",
    permit: {
      signer: CAST.owner,
      body: {
        segment: CAST.segment,
        organisation: CAST.author,
        notAfter: seconds(20_100 * 86_400),
        salt: new Uint8Array(32),
      },
    },
  },
  state: {
    ledgerTime: NOW,
    localTime: NOW,
    confirmedAt: NOW,
    staleAfter: 120,
    owner: CAST.owner,
    consent: "registered",
    parent: "none",
    delegation: "none",
    actor: {
      organisation: CAST.hospital,
      role: "practitioner",
      signer: CAST.doctorAccount,
      keyCard: CAST.doctorKeys,
      earlierKeyCards: [],
      memberActive: true,
    },
    resharer: null,
    cosigners: [null, null],
  },
};

export type Change = (input: DecisionInput) => DecisionInput;

export const request =
  (change: Partial<DecisionRequest>): Change =>
  (input) => ({ ...input, request: { ...input.request, ...change } });
export const authority =
  (change: Partial<DecisionAuthority>): Change =>
  (input) => ({ ...input, authority: { ...input.authority, ...change } });
export const state =
  (change: Partial<LedgerState>): Change =>
  (input) => ({ ...input, state: { ...input.state, ...change } });
export const record =
  (change: Partial<DecisionRecord>): Change =>
  (input) => ({ ...input, record: { ...input.record, ...change } });

/** Changes a part of what is shown, if it is shown. */
const part =
  <K extends keyof DecisionAuthority>(
    key: K,
    change: (value: NonNullable<DecisionAuthority[K]>) => NonNullable<DecisionAuthority[K]>,
  ): Change =>
  (input) => {
    const value = input.authority[key];
    return value === null ? input : authority({ [key]: change(value) })(input);
  };
export const consent = (change: Partial<DecisionConsent>): Change =>
  part("consent", (value) => ({ ...value, ...change }));
export const consentBody = (change: Partial<DecisionConsent["body"]>): Change =>
  part("consent", (value) => ({ ...value, body: { ...value.body, ...change } }));
export const parent = (change: Partial<DecisionConsent>): Change =>
  part("parent", (value) => ({ ...value, ...change }));
export const parentBody = (change: Partial<DecisionConsent["body"]>): Change =>
  part("parent", (value) => ({ ...value, body: { ...value.body, ...change } }));
export const delegation = (change: Partial<DecisionDelegation>): Change =>
  part("delegation", (value) => ({ ...value, ...change }));
export const delegationBody = (change: Partial<DecisionDelegation["body"]>): Change =>
  part("delegation", (value) => ({ ...value, body: { ...value.body, ...change } }));
export const emergency = (change: Partial<DecisionEmergency>): Change =>
  part("emergency", (value) => ({ ...value, ...change }));
export const attributes =
  (change: Partial<DecisionRecord["attributes"]>): Change =>
  (input) =>
    record({ attributes: { ...input.record.attributes, ...change } })(input);
export const permit =
  (change: Partial<NonNullable<DecisionRecord["permit"]>["body"]>): Change =>
  (input) => {
    const { permit: given } = input.record;
    return given === null
      ? input
      : record({ permit: { ...given, body: { ...given.body, ...change } } })(input);
  };
export const permitSignedBy =
  (signer: Address | null): Change =>
  (input) => {
    const { permit: given } = input.record;
    return given === null ? input : record({ permit: { ...given, signer } })(input);
  };
export const actor =
  (change: Partial<NonNullable<LedgerState["actor"]>>): Change =>
  (input) =>
    input.state.actor === null ? input : state({ actor: { ...input.state.actor, ...change } })(input);
export const all =
  (...changes: readonly Change[]): Change =>
  (input) =>
    changes.reduce((value, change) => change(value), input);

/** From `PERMITTED` to what is permitted in another way. */
export const asOwner: Change = all(
  request({ signer: CAST.owner, requester: null }),
  authority({ consent: null }),
);
export const reshared: Change = all(
  authority({ parent: PARENT }),
  consent({ signer: CAST.specialistAccount }),
  state({ parent: "registered", resharer: { signer: CAST.specialistAccount, keyCard: CAST.specialistKeys } }),
);
export const byProxy: Change = all(
  authority({ delegation: DELEGATION }),
  consent({ signer: CAST.proxy }),
  state({ delegation: "registered" }),
);
export const asProxy: Change = all(
  request({ signer: CAST.proxy, requester: null }),
  authority({ consent: null, delegation: DELEGATION }),
  state({ delegation: "registered" }),
);
/** A device that reads in the place of an owner whose account is a wallet's. */
export const asReader: Change = all(asProxy, request({ purpose: "PATRQT" }), (input) =>
  delegationBody(readingDelegation(DELEGATION.body))(input),
);
export const inEmergency: Change = all(
  request({ kind: "emergency", purpose: "ETREAT" }),
  authority({ consent: null, emergency: EMERGENCY }),
  state({
    consent: "none",
    cosigners: [
      { organisation: CAST.clinic, signer: accountOf("first co-signer") },
      { organisation: CAST.laboratory, signer: accountOf("second co-signer") },
    ],
  }),
);
