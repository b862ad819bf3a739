import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";

/** Whom the organisation registered: suspending them, and bringing them back. */
export function People({ people }: Pick<OrganisationView, "people">) {
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
