import type { IntentOutcome } from "@anamnesis/core/ports/ledger";

/** Why a ledger refuses an intent. Every adapter gives the same code for the same reason. */
export type RefusalCode =
  /** A field outside its type's range, or hexadecimal in upper case. */
  | "malformed-intent"
  /** A signature that is none, or not of the one who must sign. */
  | "bad-signature"
  | "unknown-member"
  /** The member is suspended or removed. */
  | "member-not-active"
  /** The members paused this function; it goes on by itself. */
  | "function-paused"
  /** This version exists with another value. */
  | "version-conflict"
  /** A newer version stands. */
  | "version-past"
  /** The version is not the one after the standing one. */
  | "version-gap"
  /** An endpoint is 1 to 256 bytes of visible ASCII. */
  | "bad-endpoint"
  /** A committee stands, and it is another one or has another content. */
  | "committee-conflict"
  /** A later share epoch stands. */
  | "share-epoch-past"
  /** The share epoch is not the one after the standing one. */
  | "share-epoch-gap"
  /** Fewer custodians of the standing committee signed than it takes to open a record. */
  | "too-few-standing"
  /** Below 2, above the number of members, or more than 255 members. */
  | "bad-threshold"
  /** Not more than half of the custodians are in the committee. */
  | "too-few-custodians"
  | "signature-count"
  | "duplicate-member"
  | "not-custodian"
  | "bad-role"
  /** An actor without a signer. */
  | "incomplete-actor"
  /** The actor belongs to the organisation that set it first. */
  | "actor-of-another"
  /** A revoked consent never comes back. */
  | "consent-revoked"
  | "unknown-consent"
  /** Another batch stands under this number. */
  | "sequence-conflict"
  | "sequence-gap"
  | "empty-batch"
  /** Another root stands for this size: two logs, which is evidence. */
  | "log-fork"
  /** A longer log stands, or the log is empty. */
  | "log-behind"
  | "log-too-large"
  /** The two heads do not contradict each other. */
  | "no-fork"
  /** The organisation anchored no such batch. */
  | "unknown-batch"
  /** The batch has no such leaf at this place. */
  | "not-included"
  | "empty-successor"
  /** The record is amended by another successor. */
  | "amend-conflict"
  /** A retracted record is neither amended nor endorsed. */
  | "record-retracted"
  /** Other endorsers are named, or another label or threshold. */
  | "endorsers-conflict"
  /** Not 1 to 16 endorsers, or a threshold that is not between 1 and their number. */
  | "bad-endorsement"
  | "no-endorsers"
  | "not-endorser"
  | "no-committee"
  /** Fewer custodians signed than it takes to open a record. */
  | "too-few-approvals"
  /** The segment's last rotation has this generation and names others. */
  | "rotation-conflict"
  /** A later rotation stands. */
  | "rotation-past"
  | "rotation-gap"
  /** The first rotation comes with the segment id's opening, and no later one does. */
  | "opening-misplaced"
  | "wrong-opening"
  /** The standing next digest is not that of the shown key. */
  | "wrong-next-key"
  /** A rotation names a new owner and a next digest. */
  | "incomplete-rotation"
  /** A member needs an id and a signer. */
  | "incomplete-member"
  /** The organisation is a member already, or was one. */
  | "member-exists"
  /** The key is or was a member's: it never signs for another one, nor again. */
  | "signer-taken"
  /** A name is 1 to 256 bytes. */
  | "bad-name"
  /** Nobody asked to be admitted in exactly this way. */
  | "unknown-request"
  | "member-not-suspended"
  /** The organisation was a member and was removed. */
  | "no-longer-member"
  /** The new key did not sign that it becomes the organisation's. */
  | "key-not-accepted"
  /** Fewer active members than the minimum would be left. */
  | "too-few-members"
  /** Fewer active custodians than the threshold would be left in the committee. */
  | "committee-below-threshold"
  | "parameter-out-of-bounds"
  /** Votes cannot be paused. */
  | "not-pausable"
  /** A pause ends after now, and no later than the parameter allows. */
  | "bad-pause"
  | "not-paused"
  /** The code at the address is not what the members were asked about. */
  | "other-code"
  | "contract-version-conflict"
  | "unknown-proposal"
  /** The proposal is decided or has expired. */
  | "proposal-closed"
  /** The member voted otherwise; a vote is not changed. */
  | "voted-otherwise"
  /** A member does not vote about its own suspension or removal. */
  | "no-vote-about-oneself";

export const APPLIED: IntentOutcome = { status: "applied" };
export const ALREADY: IntentOutcome = { status: "already" };

export function refused(code: RefusalCode): IntentOutcome {
  return { status: "refused", code };
}
