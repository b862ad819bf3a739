import type { ActorRole, BlockRef, MemberKind, MemberStatus } from "@anamnesis/core/ports/ledger";
import type {
  ActorId,
  Address,
  CommitteeKeyId,
  ConsentId,
  Digest,
  Hash32,
  OrganisationId,
  RecordId,
  BodyLabel,
  SegmentId,
  UnixSeconds,
} from "@anamnesis/core/ids";

export interface MemberRow {
  readonly organisation: OrganisationId;
  readonly kind: MemberKind;
  readonly name: string;
  readonly status: MemberStatus;
  /** The key that signs now, or signed last. */
  readonly signer: Address;
  readonly keyCard: Digest;
  /** Those that were replaced, newest first. */
  readonly earlierKeys: readonly { readonly signer: Address; readonly keyCard: Digest }[];
  readonly custodian: boolean;
  /** Newest endpoint. */
  readonly endpoint: string;
}

/** A key of a member, and from which block on it was the one that signs. */
export interface MemberKeyRow {
  readonly signer: Address;
  readonly keyCard: Digest;
  readonly block: number;
}

export interface ActorRow {
  readonly actor: ActorId;
  readonly organisation: OrganisationId;
  readonly role: ActorRole;
  readonly signer: Address;
  readonly keyCard: Digest;
  readonly active: boolean;
  /** Whether its organisation is an active member now; a suspension of a member suspends its actors. */
  readonly memberActive: boolean;
  readonly version: number;
}

export interface BatchRow {
  readonly organisation: OrganisationId;
  readonly sequence: number;
  readonly root: Hash32;
  readonly count: number;
  readonly manifest: Digest;
  readonly block: number;
  readonly time: UnixSeconds;
}

export interface FirstAnchored {
  readonly sequence: number;
  readonly index: number;
  readonly label: BodyLabel;
  readonly batch: BatchRow;
}

export interface RotationRow {
  readonly generation: number;
  readonly owner: Address;
  readonly nextOwner: Hash32;
}

/** What the ledger says of a record. */
export interface RecordWord {
  readonly record: RecordId;
  /** Whose record; `null` for an erasure, which is about the record id whoever anchored it. */
  readonly organisation: OrganisationId | null;
  readonly state: "amended" | "retracted" | "erased";
}

export interface CommitteeRow {
  readonly committee: CommitteeKeyId;
  readonly certificate: Digest;
  readonly threshold: number;
  readonly shareEpoch: number;
  readonly members: readonly OrganisationId[];
}

/** The node's own copy of the ledger, kept by the indexer; what custodians decide on. */
export interface LedgerCopy {
  /**
   * Up to where this copy is complete, and when it was last confirmed that the engine has no more; `null` until the
   * indexer has caught up for the first time since this process started, and from a reorganisation until it has again.
   */
  head(): (BlockRef & { readonly time: UnixSeconds; readonly confirmedAt: UnixSeconds }) | null;
  member(organisation: OrganisationId): Promise<MemberRow | null>;
  /** All that ever were, in the order of their admission; those that were removed too. */
  members(): Promise<readonly MemberRow[]>;
  /** Every key that a member had, newest first. */
  memberKeys(organisation: OrganisationId): Promise<readonly MemberKeyRow[]>;
  /** The newest version of an actor, active or not; with `atBlock` the newest as of the end of that block. */
  actor(actor: ActorId, atBlock?: number): Promise<ActorRow | null>;
  actors(): Promise<readonly ActorRow[]>;
  /** Every version of an actor, newest first. */
  actorHistory(actor: ActorId): Promise<readonly ActorRow[]>;
  consent(
    consent: ConsentId,
  ): Promise<{ readonly status: "none" | "registered" | "revoked"; readonly since: UnixSeconds | null }>;
  /** The newest committee. */
  committee(): Promise<CommitteeRow | null>;
  batch(organisation: OrganisationId, sequence: number): Promise<BatchRow | null>;
  /**
   * The first leaf with each of these record ids in the batches of this organisation. A record is not in the map when there is
   * none, or when a manifest of the same organisation up to there is missing, since it could hold an earlier one.
   */
  firstAnchored(
    records: readonly RecordId[],
    organisation: OrganisationId,
  ): Promise<ReadonlyMap<RecordId, FirstAnchored>>;
  /** A segment's last rotation, `null` when it has none. */
  rotation(segment: SegmentId): Promise<RotationRow | null>;
  /** The same of many segments at once; one that has none is not in the map. */
  rotations(segments: readonly SegmentId[]): Promise<ReadonlyMap<SegmentId, RotationRow>>;
  /** Everything that takes one of these records' place or takes it back. */
  recordWords(records: readonly RecordId[]): Promise<readonly RecordWord[]>;
  /** Newest anchored head of a member's receipt log, at most `maxSize` large. */
  logHead(
    organisation: OrganisationId,
    maxSize?: number,
  ): Promise<{ readonly size: number; readonly root: Hash32 } | null>;
}
