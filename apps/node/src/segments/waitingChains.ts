import { cardChain as chainFormat } from "@anamnesis/api/routes/exchange";
import type { SegmentId } from "@anamnesis/core/ids";
import type { Queryable } from "@anamnesis/core/ports/database";
import type { Card } from "@anamnesis/core/segment/card";
import type { NodeContext } from "../context.ts";

/** Chains of one segment that wait at once: the ledger takes one of them, and who has the next owner's key fills no disk. */
const MOST_OF_SEGMENT = 8;

/**
 * Keeps a verified chain whose last rotation goes to the ledger, in the same transaction as that. The device may be lost before it comes back, and a wallet's signature under
 * the card is nowhere else.
 */
export async function keepWaiting(tx: Queryable, cards: readonly Card[]): Promise<void> {
  const { segment, generation, owner, nextOwner } = (cards.at(-1) as Card).body;
  await tx.query("delete from waiting_chains where segment = $1 and generation < $2", [segment, generation]);
  await tx.query(
    `insert into waiting_chains (segment, generation, owner, next_owner, bytes) select $1, $2, $3, $4, $5
     where (select count(*) from waiting_chains where segment = $1) < ${MOST_OF_SEGMENT}
     on conflict do nothing`,
    [segment, generation, owner, nextOwner, chainFormat.encode({ cards: [...cards] })],
  );
}

/**
 * The one that waits for what the ledger says of the segment by now; `null` when there is none.
 *
 * @param here newest generation of the cards that count here.
 */
export async function waitingChain(
  { db, copy }: Pick<NodeContext, "db" | "copy">,
  segment: SegmentId,
  here: number,
): Promise<readonly Card[] | null> {
  const standing = await copy.rotation(segment);
  if (standing === null || standing.generation <= here) return null;
  const { generation, owner, nextOwner } = standing;
  const [row] = await db.query<{ bytes: Uint8Array }>(
    "select bytes from waiting_chains where segment = $1 and generation = $2 and owner = $3 and next_owner = $4",
    [segment, generation, owner, nextOwner],
  );
  return row === undefined ? null : chainFormat.decode(row.bytes).cards;
}

/** What waited up to this generation is settled. */
export async function forgetWaiting(tx: Queryable, segment: SegmentId, generation: number): Promise<void> {
  await tx.query("delete from waiting_chains where segment = $1 and generation <= $2", [segment, generation]);
}
