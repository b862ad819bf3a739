import { AnamnesisError } from "@anamnesis/core/errors";
import type { Hash32 } from "@anamnesis/core/ids";
import { excludedFrom, type ProposalAction } from "@anamnesis/core/ledger/proposal";
import type { NodeContext } from "../context.ts";
import { notFound } from "../runtime/refuse.ts";
import { requireActive, sendOwn } from "./sendOwn.ts";

/**
 * Votes in the organisation's name, once for ever; on disk when it resolves. The same vote again changes nothing. Throws `not-found`,
 * `voted-otherwise`, `proposal-closed`, `member-not-active`, `no-vote-about-oneself`.
 */
export async function vote(
  context: NodeContext,
  { proposal, support }: { readonly proposal: Hash32; readonly support: boolean },
): Promise<void> {
  const { db, organisation } = context;
  const [found] = await db.query<{
    action: ProposalAction;
    expires: number;
    ended: boolean;
    own: boolean | null;
  }>(
    `select p.action, p.expires, e.proposal is not null as ended,
       (select support from ledger_votes where proposal = p.proposal and organisation = $2) as own
     from ledger_proposals p left join ledger_proposal_ends e on e.proposal = p.proposal where p.proposal = $1`,
    [proposal, organisation],
  );
  if (found === undefined) throw notFound();
  if (found.own !== null) {
    if (found.own === support) return;
    throw refuse("voted-otherwise", "A vote is not changed.", "Nothing is to be done: the vote stands.");
  }
  const time = context.copy.head()?.time ?? 0;
  if (found.ended || time >= found.expires) {
    throw refuse(
      "proposal-closed",
      "Members vote until a proposal is decided or expires.",
      "Propose it again if it is still wanted.",
    );
  }
  await requireActive(context);
  if (excludedFrom(found.action) === organisation) {
    throw refuse(
      "no-vote-about-oneself",
      "A member does not vote about its own suspension or removal.",
      "Leave it to the other members.",
    );
  }
  await sendOwn(context, { type: "Vote", proposal, organisation, support });
}

function refuse<const Code extends string>(code: Code, rule: string, fix: string): AnamnesisError<Code> {
  return new AnamnesisError({ code, rule, fix });
}
