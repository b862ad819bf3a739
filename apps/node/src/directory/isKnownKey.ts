import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";
import { memberKeyCard } from "./memberKeyCard.ts";

/**
 * True for the Ed25519 key of a member's node, or of an active person or device whose key card this node keeps. Whoever else
 * signs may show what proves itself (cards, consents, requests), but fills no disk.
 */
export async function isKnownKey(context: NodeContext, key: Hex): Promise<boolean> {
  const rows = await context.db.query(
    `select 1 as one from key_cards k where k.ed25519 = $1 and (
       exists (select 1 from ledger_members m where m.key_card = k.digest)
       or exists (select 1 from ledger_actors a where a.key_card = k.digest and a.active
                  and a.version = (select max(n.version) from ledger_actors n where n.actor = a.actor)))`,
    [key],
  );
  if (rows.length > 0) return true;
  // A member whose node was never asked for its card yet.
  for (const member of await context.copy.members()) {
    const card = await memberKeyCard(context, member);
    if (card !== null && toHex(card.ed25519) === key) return true;
  }
  return false;
}
