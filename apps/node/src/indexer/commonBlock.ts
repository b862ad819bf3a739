import type { Hash32 } from "@anamnesis/core/ids";
import type { BlockRef, LedgerPort } from "@anamnesis/core/ports/ledger";
import type { Queryable } from "@anamnesis/core/ports/database";

/**
 * The newest block that this node knows and that is on the engine's chain, or `null`. A block's hash stands for all
 * before it, so a binary search over the known ones does: some ten questions for the 1,024 that are kept.
 */
export async function commonBlock(
  db: Queryable,
  ledger: Pick<LedgerPort, "blockAt">,
): Promise<BlockRef | null> {
  const known = await db.query<{ number: number; hash: Hash32 }>(
    "select number, hash from ledger_blocks order by number",
  );
  let common = -1;
  let unknown = known.length;
  while (unknown - common > 1) {
    const middle = (common + unknown) >> 1;
    const ours = known[middle] as BlockRef;
    const theirs = await ledger.blockAt(ours.number);
    if (theirs?.hash === ours.hash) common = middle;
    else unknown = middle;
  }
  return known[common] ?? null;
}
