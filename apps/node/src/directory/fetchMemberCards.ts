import type { NodeContext } from "../context.ts";
import { memberKeyCard } from "./memberKeyCard.ts";

/** Fetches the key cards of members that this node does not keep yet; one that cannot be had now is asked for again at the next pass. */
export async function fetchMemberCards(context: NodeContext): Promise<void> {
  const missing = await context.db.query<{ organisation: string }>(
    `select organisation from ledger_members m
     where not exists (select 1 from key_cards k where k.digest = m.key_card)`,
  );
  if (missing.length === 0) return;
  const wanted = new Set(missing.map((row) => row.organisation));
  const members = (await context.copy.members()).filter((member) => wanted.has(member.organisation));
  await Promise.all(members.map((member) => memberKeyCard(context, member)));
}
