import type { ActorId, Hex } from "@anamnesis/core/ids";
import type { ActorRole } from "@anamnesis/core/ports/ledger";
import type { NodeContext } from "../context.ts";

/** The active person or device of this organisation whose Ed25519 key this is; `null` when there is none. */
export async function ownActor(
  { db, organisation }: Pick<NodeContext, "db" | "organisation">,
  key: Hex | null,
): Promise<{ readonly actor: ActorId; readonly role: ActorRole } | null> {
  const rows = await db.query<{ readonly actor: ActorId; readonly role: ActorRole }>(
    `select a.actor, a.role from key_cards k join ledger_actors a on a.key_card = k.digest
     where k.ed25519 = $1 and a.organisation = $2 and a.active
       and a.version = (select max(n.version) from ledger_actors n where n.actor = a.actor)`,
    [key ?? "", organisation],
  );
  return rows[0] ?? null;
}
