import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { formatList } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { ProposalView } from "../../worker/protocol/administrator.ts";
import { ActionTerms } from "./ActionTerms.tsx";
import { sayAction, sayMoment } from "./sayAction.ts";

/** One proposal with all that is in it, who voted and what is still needed; and this organisation's vote, which is said before it is signed. */
export function Proposal({
  proposal,
  active,
}: {
  readonly proposal: ProposalView;
  /** This organisation is an active member. */
  readonly active: boolean;
}) {
  const words = useWords();
  const said = words.organisation.proposals;
  const { state, by, expires, yes, no, silent, missing, required, voters, problem } = proposal;
  const open = state === "open";
  const action = sayAction(proposal.action, words, open);
  const listed = (names: readonly string[]): string => (names.length === 0 ? said.nobody : formatList(names));
  return (
    <li className="row">
      <article className="grow stack" aria-label={action.title}>
        <div className="spread">
          <h3>{action.title}</h3>
          <span className={open ? "tag wait" : state === "carried-out" ? "tag good" : "tag plain"}>
            {said.states[state]}
          </span>
        </div>
        <p className="muted">
          {said.by(by)}. {open ? said.until(sayMoment(expires)) : said.wasUntil(sayMoment(expires))}.
        </p>
        {problem !== null && (
          <p>
            {said.failed(words.organisation.refusals[problem] ?? words.organisation.otherRefusal(problem))}
          </p>
        )}
        <ActionTerms said={action} more={[[said.terms.proposal, proposal.id]]} />
        <dl className="changes">
          <div>
            <dt>{said.yes}</dt>
            <dd>{listed(yes)}</dd>
          </div>
          <div>
            <dt>{said.no}</dt>
            <dd>{listed(no)}</dd>
          </div>
          {open && (
            <div>
              <dt>{said.silent}</dt>
              <dd>{listed(silent)}</dd>
            </div>
          )}
        </dl>
        {open && <p>{missing === 0 ? said.enough : said.needed(missing, required, voters)}</p>}
        {proposal.own !== null && <p>{said.voted(proposal.own)}</p>}
        {open && <Voting proposal={proposal} active={active} title={action.title} />}
      </article>
    </li>
  );
}

function Voting({
  proposal: { id, own, aboutUs, sending, toCount, missing, voters, required, no },
  active,
  title,
}: {
  readonly proposal: ProposalView;
  readonly active: boolean;
  readonly title: string;
}) {
  const words = useWords();
  const said = words.organisation.proposals;
  const queries = useQueryClient();
  const [support, setSupport] = useState<boolean | null>(null);
  const again = async (): Promise<void> => askAgain(queries, "organisation");
  const vote = useMutation({
    mutationFn: async (choice: { readonly proposal: string; readonly support: boolean }) =>
      ask("vote", choice),
    onSuccess: async () => {
      await again();
      setSupport(null);
    },
  });
  const settle = useMutation({
    mutationFn: async () => ask("settle", { proposal: id }),
    onSuccess: again,
  });
  const voteOnce = useOnce(vote);
  const settleOnce = useOnce(settle);
  if (aboutUs) return <p>{said.aboutUs}</p>;
  if (!active) return null;
  const sent = own === null && (sending || vote.isSuccess);
  const decides = support === true ? missing === 1 : voters - no.length - 1 < required;
  return (
    <>
      {settle.isError && <Failed error={settle.error} />}
      {toCount && (
        <div className="tools">
          <Button variant="outline" loading={settle.isPending} onClick={() => settleOnce()}>
            {said.count}
          </Button>
        </div>
      )}
      {sent && <p role="status">{said.onTheWay}</p>}
      {own === null && !sent && support === null && (
        <div className="tools">
          <Button variant="outline" aria-label={said.voteForWhat(title)} onClick={() => setSupport(true)}>
            {said.voteFor}
          </Button>
          <Button variant="subtle" aria-label={said.voteAgainstWhat(title)} onClick={() => setSupport(false)}>
            {said.voteAgainst}
          </Button>
        </div>
      )}
      {own === null && !sent && support !== null && (
        <div className="notice calm" role="group" aria-label={said.confirm(support, title)}>
          <div className="grow">
            <p>
              <b>{said.confirm(support, title)}</b>
            </p>
            <p>
              {decides && `${support ? said.decides : said.ends} `}
              {said.forEver}
            </p>
            {vote.isError && <Failed error={vote.error} />}
            <div className="tools">
              <Button loading={vote.isPending} onClick={() => voteOnce({ proposal: id, support })}>
                {said.sign}
              </Button>
              <Button
                variant="subtle"
                disabled={vote.isPending}
                onClick={() => {
                  vote.reset();
                  setSupport(null);
                }}
              >
                {said.cancel}
              </Button>
            </div>
          </div>
        </div>
      )}
    </>
  );
}
