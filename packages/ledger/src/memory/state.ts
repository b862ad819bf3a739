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
} from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import type { GenesisMember } from "../genesisMember.ts";

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

/** What the contracts hold, as maps. */
export interface LedgerState {
  readonly members: Map<OrganisationId, GenesisMember & { readonly endpointVersion: number }>;
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
}

export function initialState(genesis: readonly GenesisMember[]): LedgerState {
  return {
    members: new Map(genesis.map((member) => [member.organisation, { ...member, endpointVersion: 0 }])),
    committees: new Map(),
    actors: new Map(),
    consents: new Map(),
    batches: new Map(),
    records: new Map(),
    erased: new Set(),
    owners: new Map(),
    logHeads: new Map(),
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
    members: new Map(state.members),
    committees: new Map(state.committees),
    actors: new Map(state.actors),
    consents: new Map(state.consents),
    batches: new Map(state.batches),
    records: new Map(state.records),
    erased: new Set(state.erased),
    owners: new Map(state.owners),
    logHeads: new Map(state.logHeads),
  };
}
