import type { LedgerIdentity } from "@anamnesis/core/ledger/intents";
import type { Queryable } from "@anamnesis/core/ports/database";
import { standsOnLedger } from "./standsOnLedger.ts";
import { type StoredIntent, unpackIntent } from "./storedIntent.ts";

/**
 * Holds the rows that were done in the blocks (after, upTo] against the copy of the ledger, which has just come that
 * far: a submission's block can vanish before this node ever saw it. What does not stand is sent again.
 */
export async function recheckOutbox(
  tx: Queryable,
  identity: LedgerIdentity,
  after: number,
  upTo: number,
): Promise<void> {
  const rows = await tx.query<StoredIntent & { id: number }>(
    "select id, signed, intent from outbox where state = 'done' and block > $1 and block <= $2 order by id",
    [after, upTo],
  );
  for (const row of rows) {
    if (await standsOnLedger(tx, identity, unpackIntent(row).intent)) continue;
    await tx.query(
      `update outbox set state = 'pending', retry_at = 0, block = null, block_hash = null, transaction = null
       where id = $1`,
      [row.id],
    );
  }
}

/**
 * After the copy of the ledger went back to block `common` (-1: to nothing): what took effect above it waits again in
 * its old order, without delay. Sending what still stands changes nothing on the ledger.
 */
export async function reviveOutbox(tx: Queryable, common: number): Promise<void> {
  await tx.query(
    `update outbox set state = 'pending', block = null, block_hash = null, transaction = null
     where state = 'done' and (block > $1 or (block_hash is null and block >= $1))`,
    [common],
  );
  await retryOutbox(tx);
}

/** Other nodes and the ledger take signatures of keys that the node did not have, or that they did not know: all that waits is tried again. */
export async function retryAfterRotation(tx: Queryable): Promise<void> {
  await retryOutbox(tx);
  await tx.query("update replication_queue set retry_at = 0 where retry_at > 0");
}

/** What they wait for may have come: all that wait are tried at the next pass. */
export async function retryOutbox(tx: Queryable): Promise<void> {
  await tx.query("update outbox set retry_at = 0 where state = 'pending' and retry_at > 0");
}
