import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Address, Hash32 } from "@anamnesis/core/ids";
import type { ConsortiumParameters } from "@anamnesis/core/ledger/proposal";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = NewMember;

/**
 * One fresh ledger with these members, on a running engine. All that an adapter's tests have to give: the suite knows no engine, and asks
 * for nothing of one beyond this and the port. What an engine cannot be made to do, its fixture says with the reason, which the report of
 * the skipped case then shows.
 */
export interface LedgerFixture {
  readonly identity: LedgerIdentity;
  /** With which the ledger began. */
  readonly parameters: ConsortiumParameters;
  /** Another node's port on this ledger, with an account of its own where the engine has accounts. */
  connect(): Promise<LedgerPort>;
  /** Returns when the engine has made at least `blocks` further blocks, whatever is in them. */
  advance(blocks: number): Promise<void>;
  /**
   * Returns when the engine replaces nothing any more of what stands now, and every port sees it: at once where blocks are replaced on
   * demand alone or never. The suite calls it after each submission and repeats what was lost, as a node's outbox does.
   */
  settle(): Promise<void>;
  /**
   * Replaces all blocks above this number by others without what was in them; a text where the engine cannot be made to do that: why
   * (it has finality, say), and what shows instead that the adapter notices.
   */
  readonly reorganise: ((above: number) => Promise<void>) | string;
  /** Moves the ledger's time on by at least so many seconds; a text where nobody can move the engine's time: why. */
  readonly pass: ((seconds: number) => Promise<void>) | string;
  /** A contract that stands on the engine, with the hash of its code. */
  contract(): Promise<{ readonly target: Address; readonly codehash: Hash32 }>;
  /** From now on the engine takes requests and does not answer. */
  silence(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a ledger with these members. */
export type LedgerFactory = (genesis: readonly GenesisMember[]) => Promise<LedgerFixture>;
