import type {
  ActorId,
  Address,
  BodyLabel,
  CommitteeKeyId,
  ConsentId,
  Digest,
  Hash32,
  Hex,
  OrganisationId,
  RecordId,
  SegmentId,
  UnixSeconds,
} from "../ids.ts";
import type { LedgerIdentity, SignedIntent } from "../ledger/intents.ts";
import type { NewMember } from "../ledger/newMember.ts";
import type { Parameter, ProposalAction } from "../ledger/proposal.ts";

export const MEMBER_KINDS = [
  "hospital",
  "clinic",
  "laboratory",
  "pharmacy",
  "insurer",
  "research",
  "manufacturer",
  "regulator",
] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

export const ACTOR_ROLES = ["practitioner", "staff", "device"] as const;
export type ActorRole = (typeof ACTOR_ROLES)[number];

/** A place on the ledger. `hash` identifies it: two blocks of one number are two places. */
export interface BlockRef {
  readonly number: number;
  readonly hash: Hash32;
}

export interface LedgerHead extends BlockRef {
  /** The block's own time. */
  readonly time: UnixSeconds;
  /** Local time at which the engine last confirmed that this is its head. */
  readonly confirmedAt: UnixSeconds;
}

/** What a member may do: only an active one acts, and only a suspended one comes back. */
export const MEMBER_STATUSES = ["active", "suspended", "removed"] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

export type LedgerEventBody =
  | ({ readonly type: "member-admitted" } & NewMember)
  | { readonly type: "member-suspended"; readonly organisation: OrganisationId }
  | { readonly type: "member-reinstated"; readonly organisation: OrganisationId }
  | { readonly type: "member-removed"; readonly organisation: OrganisationId }
  | {
      readonly type: "member-key-rotated";
      readonly organisation: OrganisationId;
      readonly signer: Address;
      readonly keyCard: Digest;
    }
  | ({
      readonly type: "join-requested";
      /** From `joinRequestIdOf`. */
      readonly request: Hash32;
    } & NewMember)
  | {
      readonly type: "proposal-made";
      /** From `proposalIdOf`. */
      readonly proposal: Hash32;
      readonly organisation: OrganisationId;
      readonly action: ProposalAction;
      readonly salt: Hash32;
      /** Time from which no vote counts any more. */
      readonly expires: UnixSeconds;
    }
  | {
      readonly type: "vote-cast";
      readonly proposal: Hash32;
      readonly organisation: OrganisationId;
      readonly support: boolean;
    }
  /** Follows the events of what it changed. */
  | { readonly type: "proposal-carried-out"; readonly proposal: Hash32 }
  /** So many disagreed that it cannot be carried any more. */
  | { readonly type: "proposal-rejected"; readonly proposal: Hash32 }
  | {
      /** Enough agreed, but it had become impossible. */
      readonly type: "proposal-failed";
      readonly proposal: Hash32;
      /** Code of the rule that it would break, as the ledger refuses an intent with. */
      readonly problem: string;
    }
  | { readonly type: "parameter-set"; readonly parameter: Parameter; readonly value: number }
  | {
      readonly type: "contract-adopted";
      /** Its name, as `contractName` makes it. */
      readonly contract: Hash32;
      readonly target: Address;
      readonly version: number;
      readonly codehash: Hash32;
    }
  | {
      readonly type: "function-paused";
      readonly target: Address;
      readonly selector: Hex;
      /** When it goes on by itself. */
      readonly until: UnixSeconds;
    }
  | { readonly type: "pause-lifted"; readonly target: Address; readonly selector: Hex }
  | {
      /** The organisation signed two roots for one size of its log. */
      readonly type: "log-fork-proven";
      readonly organisation: OrganisationId;
      readonly size: number;
      readonly lowerRoot: Hash32;
      readonly higherRoot: Hash32;
    }
  | {
      readonly type: "endpoint-set";
      readonly organisation: OrganisationId;
      readonly endpoint: string;
      readonly version: number;
    }
  | {
      readonly type: "committee-adopted";
      readonly committee: CommitteeKeyId;
      readonly certificate: Digest;
      readonly threshold: number;
      readonly shareEpoch: number;
      /** Custodians in the order of their share index: the first has index 1. */
      readonly members: readonly OrganisationId[];
    }
  | {
      readonly type: "actor-set";
      readonly organisation: OrganisationId;
      readonly actor: ActorId;
      readonly role: ActorRole;
      readonly signer: Address;
      readonly keyCard: Digest;
      readonly active: boolean;
      readonly version: number;
    }
  | { readonly type: "consent-registered"; readonly consent: ConsentId }
  | { readonly type: "consent-revoked"; readonly consent: ConsentId }
  | {
      readonly type: "batch-anchored";
      readonly organisation: OrganisationId;
      /** 1, 2, 3, … for each organisation, without gaps. */
      readonly sequence: number;
      /** RFC 6962 root of the batch's leaves. */
      readonly root: Hash32;
      readonly count: number;
      /** SHA-256 of the manifest. */
      readonly manifest: Digest;
    }
  | {
      readonly type: "log-head-anchored";
      readonly organisation: OrganisationId;
      readonly size: number;
      /** RFC 6962 root of the receipt log. */
      readonly root: Hash32;
      /** SHA-256 of the signed checkpoint. */
      readonly checkpoint: Digest;
    }
  | {
      readonly type: "owner-rotated";
      readonly segment: SegmentId;
      readonly generation: number;
      readonly newOwner: Address;
      readonly newNextOwner: Hash32;
    }
  | {
      readonly type: "record-amended";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly successor: Hash32;
    }
  | { readonly type: "record-retracted"; readonly organisation: OrganisationId; readonly record: RecordId }
  | {
      readonly type: "endorsers-named";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly label: BodyLabel;
      readonly threshold: number;
      readonly endorsers: readonly OrganisationId[];
    }
  | {
      readonly type: "record-endorsed";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly endorser: OrganisationId;
      readonly label: BodyLabel;
      /** Endorsements of the record with this one. */
      readonly count: number;
    }
  | {
      /** Follows the endorsement that reached the threshold. */
      readonly type: "record-final";
      readonly organisation: OrganisationId;
      readonly record: RecordId;
      readonly label: BodyLabel;
    }
  | {
      readonly type: "record-erased";
      readonly record: RecordId;
      /** Those whose signatures were shown. */
      readonly custodians: readonly OrganisationId[];
    };

export type LedgerEvent = LedgerEventBody & {
  readonly block: number;
  readonly blockHash: Hash32;
  readonly time: UnixSeconds;
  /** Position among the events of its block: (block, index) orders all events. */
  readonly index: number;
  /** Transaction that caused it, for people and tools. */
  readonly transaction: Hash32;
};

export type IntentOutcome =
  /** This submission changed the ledger; or, of a proposal that was to be counted again, it was counted. */
  | { readonly status: "applied" }
  /** The ledger already says what the intent wants: a repetition, a success. */
  | { readonly status: "already" }
  /** The ledger will never take it as it stands. */
  | { readonly status: "refused"; readonly code: string };

export interface Submission {
  /** One for each intent, in their order. */
  readonly outcomes: readonly IntentOutcome[];
  /** Where it was included; `null` when every intent was `already` or `refused` and nothing was sent. */
  readonly block: BlockRef | null;
  readonly transaction: Hash32 | null;
  /** Engine's measure of work (EVM gas); 0 when nothing was sent. */
  readonly gas: number;
}

export type EventPage =
  | {
      readonly status: "ok";
      readonly events: readonly LedgerEvent[];
      /** Everything up to and including this block has been given. */
      readonly upTo: BlockRef & { readonly time: UnixSeconds };
      /** The blocks of the range that the page covers and that the caller may need to find a fork, newest last (at most 64). */
      readonly recent: readonly BlockRef[];
    }
  /** `after` is not (or no longer) on the engine's chain: find the last common block with `blockAt`. */
  | { readonly status: "reorganised" };

/**
 * The ledger as the domain sees it. Adapters are real engines (and one in memory for tests).
 *
 * - `submit` MUST be idempotent: an intent that the ledger holds already gives `already`. It MUST resolve
 *   only when the effect is included in a block, and MUST NOT let one refused intent stop the others.
 *   It sends at most one transaction a call.
 * - `events` MUST give events in ledger order, each exactly once for a cursor that moves on, and MUST answer
 *   `reorganised` rather than skip when `after` is no longer on the chain.
 * - `head().confirmedAt` MUST be the local time of a successful answer of the engine, never a guess.
 * - A port MUST NOT cache state across calls in a way that outlives a reorganisation.
 * - Every method throws `ledger-unavailable` when the engine does not answer within its deadline; then it is
 *   unknown whether a submission took effect, and the caller submits again.
 */
export interface LedgerPort {
  readonly identity: LedgerIdentity;
  head(): Promise<LedgerHead>;
  /** `null` when the chain has no such block (yet). */
  blockAt(number: number): Promise<(BlockRef & { readonly time: UnixSeconds }) | null>;
  submit(intents: readonly SignedIntent[]): Promise<Submission>;
  /** Events after the block `after` (`null`: from the beginning), at most about `maxBlocks` blocks a call. */
  events(after: BlockRef | null, maxBlocks: number): Promise<EventPage>;
  close(): Promise<void>;
}
