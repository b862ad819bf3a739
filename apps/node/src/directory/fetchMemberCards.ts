import type { NodeContext } from "../context.ts";
import type { MemberRow } from "../indexer/ledgerCopy.ts";
import { memberKeyCard } from "./memberKeyCard.ts";

/** Fetches the key cards of members, earlier ones too, that this node does not keep yet; one that cannot be had now is asked for again at the next pass. */
export async function fetchMemberCards(context: NodeContext): Promise<void> {
  const missing = await context.db.query<Pick<MemberRow, "organisation" | "keyCard">>(
    `select m.organisation, m.key_card as "keyCard" from ledger_member_keys m
     where not exists (select 1 from key_cards k where k.digest = m.key_card)`,
  );
  if (missing.length === 0) return;
  const members = new Map((await context.copy.members()).map((member) => [member.organisation, member]));
  await Promise.all(
    missing.map(async ({ organisation, keyCard }) => {
      const member = members.get(organisation);
      if (member !== undefined) await memberKeyCard(context, { ...member, keyCard });
    }),
  );
}
