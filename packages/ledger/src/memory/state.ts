import type {
  ActorId,
  Address,
  BodyLabel,
  CommitteeKeyId,
  ConsentId,
  Digest,
  Hash32,
  OrganisationId,
  RecordId,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";
import type { Intent, LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { ConsortiumParameters, ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { MemberStatus } from "@anamnesis/core/ports/ledger";

type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;

/** What became of one record of one author. */
export interface RecordState {
  readonly successor: Hash32 | null;
  readonly retracted: boolean;
  readonly endorsement: {
    readonly label: BodyLabel;
    readonly threshold: number;
    readonly endorsers: readonly OrganisationId[];
    readonly by: readonly OrganisationId[];
  } | null;
}

export interface MemberState extends NewMember {
  readonly endpointVersion: number;
  readonly status: MemberStatus;
}

export interface ProposalState {
  readonly action: ProposalAction;
  readonly expires: number;
  readonly closed: boolean;
  readonly votes: ReadonlyMap<OrganisationId, boolean>;
}

/** A contract in the address book. */
export interface AdoptedContract {
  readonly target: Address;
  readonly version: number;
  readonly codehash: Hash32;
}

/** What the contracts hold, as maps. */
export interface LedgerState {
  readonly identity: LedgerIdentity;
  /** The time of the block that is being made. */
  time: UnixSeconds;
  parameters: ConsortiumParameters;
  /** With those that were removed. */
  readonly members: Map<OrganisationId, MemberState>;
  /** Whose each key is or was. */
  readonly holders: Map<Address, OrganisationId>;
  /** Requests to join, by their ids. */
  readonly requests: Set<Hash32>;
  readonly proposals: Map<Hash32, ProposalState>;
  /** When each function goes on, by `pauseKey`. */
  readonly pauses: Map<string, number>;
  readonly contracts: Map<Hash32, AdoptedContract>;
  readonly committees: Map<CommitteeKeyId, IntentOf<"AdoptCommittee">>;
  readonly actors: Map<ActorId, IntentOf<"SetActor">>;
  readonly consents: Map<ConsentId, { readonly revoker: Address; readonly revoked: boolean }>;
  /** The organisation's batches; the first has sequence 1. */
  readonly batches: Map<
    OrganisationId,
    readonly { readonly root: Hash32; readonly count: number; readonly manifest: Digest }[]
  >;
  /** By `recordKey`. */
  readonly records: Map<string, RecordState>;
  readonly erased: Set<RecordId>;
  /** Segments that were rotated. */
  readonly owners: Map<
    SegmentId,
    { readonly owner: Address; readonly nextOwner: Hash32; readonly generation: number }
  >;
  readonly logHeads: Map<OrganisationId, { readonly size: number; readonly root: Hash32 }>;
  /** Forks of logs that were proven: organisation, size and the two roots. */
  readonly forks: Set<string>;
}

export function initialState(
  identity: LedgerIdentity,
  genesis: readonly NewMember[],
  parameters: ConsortiumParameters,
  time: UnixSeconds,
): LedgerState {
  const admitted = (member: NewMember): MemberState => ({ ...member, endpointVersion: 0, status: "active" });
  return {
    identity,
    time,
    parameters,
    members: new Map(genesis.map((member) => [member.organisation, admitted(member)])),
    holders: new Map(genesis.map((member) => [member.signer, member.organisation])),
    requests: new Set(),
    proposals: new Map(),
    pauses: new Map(),
    contracts: new Map(),
    committees: new Map(),
    actors: new Map(),
    consents: new Map(),
    batches: new Map(),
    records: new Map(),
    erased: new Set(),
    owners: new Map(),
    logHeads: new Map(),
    forks: new Set(),
  };
}

/** An organisation answers for its own anchors alone: what it says of a record stands under both ids. */
export function recordKey(name: {
  readonly organisation: OrganisationId;
  readonly record: RecordId;
}): string {
  return `${name.organisation}${name.record}`;
}

/** Values are never changed in place, so copies of the maps are enough. */
export function copyState(state: LedgerState): LedgerState {
  return {
    identity: state.identity,
    time: state.time,
    parameters: state.parameters,
    members: new Map(state.members),
    holders: new Map(state.holders),
    requests: new Set(state.requests),
    proposals: new Map(state.proposals),
    pauses: new Map(state.pauses),
    contracts: new Map(state.contracts),
    committees: new Map(state.committees),
    actors: new Map(state.actors),
    consents: new Map(state.consents),
    batches: new Map(state.batches),
    records: new Map(state.records),
    erased: new Set(state.erased),
    owners: new Map(state.owners),
    logHeads: new Map(state.logHeads),
    forks: new Set(state.forks),
  };
}
