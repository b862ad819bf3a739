import { type KeyCard, keyCard } from "@anamnesis/core/actor/keyCard";
import type { OrganisationId } from "@anamnesis/core/ids";
import type { LedgerCopy } from "../indexer/ledgerCopy.ts";
import type { Queryable } from "@anamnesis/core/ports/database";

/**
 * The key cards that a member has or had, newest first, as far as this node keeps them: what was signed with an earlier one stays
 * valid for its time.
 */
export async function memberKeyCards(
  { db, copy }: { readonly db: Queryable; readonly copy: Pick<LedgerCopy, "memberKeys"> },
  organisation: OrganisationId,
): Promise<readonly KeyCard[]> {
  const keys = await copy.memberKeys(organisation);
  const rows = await db.query<{ digest: string; bytes: Uint8Array }>(
    "select digest, bytes from key_cards where digest = any($1)",
    [keys.map((key) => key.keyCard)],
  );
  const kept = new Map(rows.map((row) => [row.digest, row.bytes]));
  return keys.flatMap((key) => {
    const bytes = kept.get(key.keyCard);
    return bytes === undefined ? [] : [keyCard.decode(bytes)];
  });
}
