import { Button } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../words/useWords.tsx";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";
import { Proposal } from "./Proposal.tsx";
import { Propose } from "./Propose.tsx";
import { Sending } from "./Sending.tsx";

/** Of those that ended as many are shown; older ones `anamnesis consortium status --all` has. */
const MOST_ENDED = 20;

/** What the members decide: what waits for votes with all that is in it, proposing, and what was decided. */
export function Proposals({ view }: { readonly view: OrganisationView }) {
  const words = useWords();
  const said = words.organisation;
  const [proposing, setProposing] = useState(false);
  const { proposals, active } = view;
  const open = proposals.filter(({ state }) => state === "open");
  const ended = proposals.filter(({ state }) => state !== "open");
  return (
    <section className="card stack" aria-labelledby="proposals">
      <header>
        <h2 id="proposals">{said.proposals.title}</h2>
        {active && !proposing && (
          <Button variant="outline" onClick={() => setProposing(true)}>
            {said.propose.open}
          </Button>
        )}
      </header>
      {!active && <p>{said.proposals.inactive}</p>}
      {proposing && <Propose view={view} close={() => setProposing(false)} />}
      <Sending sending={view.sending} />
      {open.length === 0 && <p className="muted">{said.proposals.none}</p>}
      <ul className="rows">
        {open.map((proposal) => (
          <Proposal key={proposal.id} proposal={proposal} active={active} />
        ))}
      </ul>
      {ended.length > 0 && (
        <details>
          <summary>{said.proposals.ended(ended.length)}</summary>
          <ul className="rows">
            {ended.slice(0, MOST_ENDED).map((proposal) => (
              <Proposal key={proposal.id} proposal={proposal} active={active} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
