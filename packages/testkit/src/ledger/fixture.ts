import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { LedgerEventBody, LedgerPort } from "@anamnesis/core/ports/ledger";

/** A member that the ledger starts with: what its `member-admitted` event will say. */
export type GenesisMember = Omit<Extract<LedgerEventBody, { type: "member-admitted" }>, "type">;

/**
 * One fresh ledger with these members, on a running engine. All that an adapter's tests have to give: the suite knows no engine, and asks
 * for nothing of one beyond this and the port. What an engine cannot be made to do, its fixture says with the reason, which the report of
 * the skipped case then shows.
 */
export interface LedgerFixture {
  readonly identity: LedgerIdentity;
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
  /** From now on the engine takes requests and does not answer. */
  silence(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a ledger with these members. */
export type LedgerFactory = (genesis: readonly GenesisMember[]) => Promise<LedgerFixture>;
