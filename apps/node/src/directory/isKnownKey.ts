import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/**
 * True for the Ed25519 key of a member's node, or of an active person or device, whose key card this node keeps. Whoever else
 * signs may show what proves itself (cards, consents, requests), but fills no disk.
 */
export async function isKnownKey({ db }: Pick<NodeContext, "db">, key: Hex): Promise<boolean> {
  const rows = await db.query(
    `select 1 as one from key_cards k where k.ed25519 = $1 and (
       exists (select 1 from ledger_members m where m.key_card = k.digest)
       or exists (select 1 from ledger_actors a where a.key_card = k.digest and a.active
                  and a.version = (select max(n.version) from ledger_actors n where n.actor = a.actor)))`,
    [key],
  );
  return rows.length > 0;
}
