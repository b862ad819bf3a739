import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { LedgerEventBody, LedgerPort } from "@anamnesis/core/ports/ledger";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = Omit<Extract<LedgerEventBody, { type: "member-admitted" }>, "type">;

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
  /** From now on the engine takes requests and does not answer. */
  silence(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a ledger with these members. */
export type LedgerFactory = (genesis: readonly GenesisMember[]) => Promise<LedgerFixture>;
