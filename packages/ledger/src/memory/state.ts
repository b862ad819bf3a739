import type {
  ActorId,
  Address,
  CommitteeKeyId,
  ConsentId,
  Hash32,
  OrganisationId,
} from "@anamnesis/core/ids";
import type { Intent } from "@anamnesis/core/ledger/intents";
import type { GenesisMember } from "../genesisMember.ts";

type IntentOf<T extends Intent["type"]> = Extract<Intent, { type: T }>;

/** What the contracts hold, as maps. */
export interface LedgerState {
  readonly members: Map<OrganisationId, GenesisMember & { readonly endpointVersion: number }>;
  readonly committees: Map<CommitteeKeyId, IntentOf<"AdoptCommittee">>;
  readonly actors: Map<ActorId, IntentOf<"SetActor">>;
  readonly consents: Map<ConsentId, { readonly revoker: Address; readonly revoked: boolean }>;
  /** The organisation's batches; the first has sequence 1. */
  readonly batches: Map<OrganisationId, readonly IntentOf<"AnchorBatch">[]>;
  readonly logHeads: Map<OrganisationId, { readonly size: number; readonly root: Hash32 }>;
}

export function initialState(genesis: readonly GenesisMember[]): LedgerState {
  return {
    members: new Map(genesis.map((member) => [member.organisation, { ...member, endpointVersion: 0 }])),
    committees: new Map(),
    actors: new Map(),
    consents: new Map(),
    batches: new Map(),
    logHeads: new Map(),
  };
}

/** Values are never changed in place, so copies of the maps are enough. */
export function copyState(state: LedgerState): LedgerState {
  return {
    members: new Map(state.members),
    committees: new Map(state.committees),
    actors: new Map(state.actors),
    consents: new Map(state.consents),
    batches: new Map(state.batches),
    logHeads: new Map(state.logHeads),
  };
}
