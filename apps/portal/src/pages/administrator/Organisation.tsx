import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { AlertIcon, CheckIcon } from "../../parts/icons.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { Figures } from "./Figures.tsx";
import { Register } from "./Register.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { OrganisationView } from "../../worker/protocol.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 5000;

/** The node, the organisation's people, the members, and what they decide. */
export function Organisation() {
  const words = useWords();
  usePageTitle(words.titles.organisation);
  const { register = "" } = useSearch({ from: "/inside/organisation" });
  const view = useQuery({
    queryKey: ["organisation"],
    queryFn: async () => ask("organisation"),
    refetchInterval: LOOK_EVERY,
  });
  return (
    <>
      <h1>{view.data?.name ?? words.titles.organisation}</h1>
      {view.isPending && <Waiting />}
      {view.isError && <Failed error={view.error} reset={() => void view.refetch()} busy={view.isFetching} />}
      {view.data !== undefined && (
        <div className="columns">
          <div className="stack">
            <People people={view.data.people} />
            <Register given={register} />
            <Proposals proposals={view.data.proposals} />
          </div>
          <div className="stack">
            <Figures />
            <Node {...view.data} />
            <Members members={view.data.members} />
          </div>
        </div>
      )}
    </>
  );
}

function Node({ status, checks }: Pick<OrganisationView, "status" | "checks">) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="node">
      <h2 id="node">{words.organisation.node}</h2>
      <p className={status === "ready" ? "tag good" : "tag wait"} role="status">
        {status === "ready" ? <CheckIcon /> : <AlertIcon />}
        {words.organisation.states[status]}
      </p>
      <ul className="rows">
        {checks.map(({ name, ok, detail }) => (
          <li key={name} className="row">
            <div className="grow">
              <b>{name}</b> <p className="muted">{detail}</p>
            </div>
            <span className={ok ? "tag good" : "tag wait"}>
              {ok ? words.organisation.well : words.organisation.look}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ people }: Pick<OrganisationView, "people">) {
  const words = useWords();
  const queries = useQueryClient();
  const set = useMutation({
    mutationFn: async (person: { readonly id: string; readonly active: boolean }) => ask("setPerson", person),
    onSuccess: async () => askAgain(queries, "organisation"),
  });
  const setOnce = useOnce(set);
  const roles: Readonly<Record<string, string>> = words.organisation.roles;
  return (
    <section className="card" aria-labelledby="people">
      <h2 id="people">{words.organisation.people}</h2>
      {people.length === 0 && <p className="muted">{words.organisation.noPeople}</p>}
      {set.isSuccess && <p role="status">{words.organisation.sent}</p>}
      {set.isError && <Failed error={set.error} />}
      <ul className="rows">
        {people.map(({ id, name, role, active }) => {
          const said = name ?? words.organisation.noName;
          return (
            <li key={id} className="row">
              <div className="grow">
                <h3>{said}</h3>
                <p className="muted">{roles[role] ?? role}</p>
              </div>
              {!active && <span className="tag wait">{words.organisation.suspended}</span>}
              <Button
                variant="subtle"
                disabled={set.isPending}
                aria-label={
                  active ? words.organisation.suspendWho(said) : words.organisation.bringBackWho(said)
                }
                onClick={() => setOnce({ id, active: !active })}
              >
                {active ? words.organisation.suspend : words.organisation.bringBack}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Members({ members }: Pick<OrganisationView, "members">) {
  const words = useWords();
  return (
    <section className="card" aria-labelledby="members">
      <h2 id="members">{words.organisation.members}</h2>
      <ul className="rows">
        {members.map(({ name, kind, custodian, status }) => (
          <li key={name} className="row">
            <div className="grow">
              <h3>{name}</h3>
              <p className="muted">
                {kind}
                {custodian && `, ${words.organisation.custodian}`}
              </p>
            </div>
            {status !== "active" && <span className="tag wait">{status}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Proposals({ proposals }: Pick<OrganisationView, "proposals">) {
  const words = useWords();
  const queries = useQueryClient();
  const vote = useMutation({
    mutationFn: async (choice: { readonly proposal: string; readonly support: boolean }) =>
      ask("vote", choice),
    onSuccess: async () => askAgain(queries, "organisation"),
  });
  const voteOnce = useOnce(vote);
  const actions: Readonly<Record<string, string>> = words.organisation.actions;
  const outcomes: Readonly<Record<string, string>> = words.organisation.outcomes;
  return (
    <section className="card" aria-labelledby="proposals">
      <h2 id="proposals">{words.organisation.proposals}</h2>
      {proposals.length === 0 && <p className="muted">{words.organisation.noProposals}</p>}
      {vote.isSuccess && <p role="status">{words.organisation.sent}</p>}
      {vote.isError && <Failed error={vote.error} />}
      <ul className="rows">
        {proposals.map(({ id, action, by, state, yes, no, required, own }) => (
          <li key={id} className="row">
            <div className="grow">
              <h3>{actions[action] ?? action}</h3>
              <p className="muted">
                {words.organisation.proposedBy(by)}; {words.organisation.tally(yes, no, required)}
              </p>
              {own !== null && <p>{words.organisation.voted(own)}</p>}
              {own === null && state === "open" && (
                <div className="tools">
                  <Button
                    variant="outline"
                    disabled={vote.isPending}
                    onClick={() => voteOnce({ proposal: id, support: true })}
                  >
                    {words.organisation.voteFor}
                  </Button>
                  <Button
                    variant="subtle"
                    disabled={vote.isPending}
                    onClick={() => voteOnce({ proposal: id, support: false })}
                  >
                    {words.organisation.voteAgainst}
                  </Button>
                </div>
              )}
            </div>
            <span className="tag plain">{outcomes[state] ?? state}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
