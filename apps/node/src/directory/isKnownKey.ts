import type { Hex } from "@anamnesis/core/ids";
import type { NodeContext } from "../context.ts";

/** @param organisation a column. */
const isActive = (organisation: string): string => `
  (select s.status from ledger_member_states s where s.organisation = ${organisation}
   order by s.block desc, s.event_index desc limit 1) = 'active'`;

/**
 * True for the Ed25519 key of an active member's node, or of an active person or device of one, whose key card this node keeps. Whoever else
 * signs may show what proves itself (cards, consents, requests), but fills no disk.
 */
export async function isKnownKey({ db }: Pick<NodeContext, "db">, key: Hex): Promise<boolean> {
  const rows = await db.query(
    `select 1 as one from key_cards k where k.ed25519 = $1 and (
       exists (select 1 from ledger_member_keys m where m.key_card = k.digest and not exists
                 (select 1 from ledger_member_keys n where n.organisation = m.organisation
                  and (n.block, n.event_index) > (m.block, m.event_index))
               and ${isActive("m.organisation")})
       or exists (select 1 from ledger_actors a where a.key_card = k.digest and a.active
                  and a.version = (select max(n.version) from ledger_actors n where n.actor = a.actor)
                  and ${isActive("a.organisation")}))`,
    [key],
  );
  return rows.length > 0;
}
