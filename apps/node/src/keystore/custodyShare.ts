import type { CommitteeKeyId } from "@anamnesis/core/ids";

/** This node's share of the committee key, as services use it. */
export interface HeldShare {
  readonly committee: CommitteeKeyId;
  readonly shareEpoch: number;
  /** 1 to n. */
  readonly index: number;
  /** Y, compressed SEC1. */
  readonly committeeKey: Uint8Array;
  /** g^s of this share, compressed SEC1. */
  readonly verificationShare: Uint8Array;
  /** s, 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * Keeps the shares encrypted on disk. A pending share is one whose certificate is not complete: it is written before
 * the node signs its part and counts for nothing until `activate`.
 */
export interface CustodyShare {
  /**
   * The active share of this committee, `null` when the node holds none. Every share that was activated stays: of two
   * runs that were both committed only the ledger says which one counts.
   */
  readonly held: (committee: CommitteeKeyId) => HeldShare | null;
  readonly storePending: (run: Uint8Array, share: HeldShare) => Promise<void>;
  /**
   * Durable when it resolves. Throws `dkg-unknown-run` when the run's pending share is not of the certificate's committee.
   * @param certificate encoded `committee-certificate`, complete and verified.
   */
  readonly activate: (run: Uint8Array, certificate: Uint8Array) => Promise<void>;
  readonly discardPending: (run: Uint8Array) => Promise<void>;
}
