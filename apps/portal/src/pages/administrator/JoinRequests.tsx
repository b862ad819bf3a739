import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { OrganisationView } from "../../worker/protocol/administrator.ts";
import { ActionTerms } from "./ActionTerms.tsx";
import { FileField } from "./FileField.tsx";
import { sayAction } from "./sayAction.ts";

/** Who asks to be admitted; and bringing the file of one who does to the ledger. */
export function JoinRequests({ requests }: Pick<OrganisationView, "requests">) {
  const words = useWords();
  const said = words.organisation.join;
  const queries = useQueryClient();
  const [field, setField] = useState(0);
  const [wrong, setWrong] = useState(false);
  const look = useMutation({
    mutationFn: async (file: Uint8Array) => ({ file, entrant: await ask("lookAtRequest", { file }) }),
  });
  const relay = useMutation({
    mutationFn: async (file: Uint8Array) => ask("relayRequest", { file }),
    onSuccess: async () => askAgain(queries, "organisation"),
  });
  const relayOnce = useOnce(relay);
  const found = look.data;
  const shown = found === undefined ? null : sayAction({ type: "admit", entrant: found.entrant }, words);
  const stands = requests.some(({ entrant }) => entrant.organisation === found?.entrant.organisation);
  const clear = (): void => {
    look.reset();
    relay.reset();
    setField(field + 1);
  };
  return (
    <section className="card stack" aria-labelledby="join">
      <h2 id="join">{said.title}</h2>
      {requests.length === 0 && <p className="muted">{said.none}</p>}
      <ul className="rows">
        {requests.map(({ request, entrant, proposed }) => (
          <li key={request} className="row">
            <div className="grow">
              <h3>{entrant.name}</h3>
              <p className="muted">
                {words.organisation.members.kinds[entrant.kind] ?? entrant.kind}, {entrant.endpoint}
              </p>
            </div>
            {proposed && <span className="tag plain">{said.proposed}</span>}
          </li>
        ))}
      </ul>
      {relay.isSuccess && found !== undefined && !stands && (
        <p role="status">{said.sent(found.entrant.name)}</p>
      )}
      {(found === undefined || relay.isSuccess) && (
        <FileField
          key={field}
          label={said.file}
          help={said.fileHelp}
          chosen={(file, unreadable) => {
            setWrong(unreadable);
            relay.reset();
            look.reset();
            if (file !== null) look.mutate(file);
          }}
        />
      )}
      {wrong && <p role="alert">{said.unreadable}</p>}
      {look.isError && <Failed error={look.error} />}
      {found !== undefined && shown !== null && !relay.isSuccess && (
        <div className="stack ask card">
          <h3>{found.entrant.name}</h3>
          <ActionTerms said={{ ...shown, means: [] }} />
          <p>{said.check}</p>
          {relay.isError && <Failed error={relay.error} />}
          <div className="tools">
            <Button loading={relay.isPending} onClick={() => relayOnce(found.file)}>
              {said.relay}
            </Button>
            <Button variant="subtle" disabled={relay.isPending} onClick={clear}>
              {said.cancel}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
