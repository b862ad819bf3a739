import type { Queryable } from "@anamnesis/core/ports/database";
import { reviveOutbox } from "../outbox/recheckOutbox.ts";

/** The tables of the copy whose rows carry their block. */
export const LEDGER_TABLES = [
  "ledger_members",
  "ledger_endpoints",
  "ledger_committees",
  "ledger_actors",
  "ledger_consents",
  "ledger_batches",
  "ledger_log_heads",
  "ledger_owners",
  "ledger_amendments",
  "ledger_retractions",
  "ledger_endorsers",
  "ledger_endorsements",
  "ledger_erasures",
  "ledger_member_states",
  "ledger_member_keys",
  "ledger_join_requests",
  "ledger_proposals",
  "ledger_votes",
  "ledger_proposal_ends",
  "ledger_parameters",
  "ledger_contracts",
  "ledger_pauses",
  "ledger_log_forks",
] as const;

/**
 * Takes the copy of the ledger back to the end of block `common` (-1: to nothing), in the caller's transaction. Leaves
 * go with their batch; what this node had sent into the lost blocks waits in the outbox again. Revocations that were
 * stored here, records, batches of its own and blobs stay as they are.
 */
export async function rollback(tx: Queryable, common: number): Promise<void> {
  await tx.query(
    `delete from leaves using ledger_batches b
     where leaves.organisation = b.organisation and leaves.sequence = b.sequence and b.block > $1`,
    [common],
  );
  for (const table of LEDGER_TABLES) await tx.query(`delete from ${table} where block > $1`, [common]);
  await tx.query("delete from ledger_blocks where number > $1", [common]);
  await reviveOutbox(tx, common);
}
