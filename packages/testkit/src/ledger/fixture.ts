import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Address, Hash32 } from "@anamnesis/core/ids";
import type { NewMember } from "@anamnesis/core/ledger/newMember";
import type { LedgerPort } from "@anamnesis/core/ports/ledger";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = NewMember;

/** One fresh ledger with these members, on a running engine. All that an adapter's tests have to give. */
export interface LedgerFixture {
  readonly identity: LedgerIdentity;
  /** Another node's port on this ledger, with an account of its own where the engine has accounts. */
  connect(): Promise<LedgerPort>;
  /** Returns when the engine has made at least `blocks` further blocks, whatever is in them. */
  advance(blocks: number): Promise<void>;
  /**
   * Replaces all blocks above this number by others without what was in them; `null` for an engine with finality,
   * whose chain never does that.
   */
  readonly reorganise: ((above: number) => Promise<void>) | null;
  /** Moves the ledger's time on by at least so many seconds; `null` for an engine whose time is nobody's to move. */
  readonly pass: ((seconds: number) => Promise<void>) | null;
  /** A contract that stands on the engine, with the hash of its code. */
  contract(): Promise<{ readonly target: Address; readonly codehash: Hash32 }>;
  /** From now on the engine takes requests and does not answer. */
  silence(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a ledger with these members and `DEFAULT_PARAMETERS`. */
export type LedgerFactory = (genesis: readonly GenesisMember[]) => Promise<LedgerFixture>;
