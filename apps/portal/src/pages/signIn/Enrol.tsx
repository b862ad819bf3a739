import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { PasskeyFailed } from "../../parts/PasskeyFailed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { registerPasskey } from "../../passkey/register.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Least organisations that keep somebody's locked records. */
const LEAST_HOMES = 2;

/** A new patient: where the locked records are kept, a passkey and the keys; the kit on paper comes before anything else. */
export function Enrol() {
  const words = useWords();
  usePageTitle(words.titles.enrol);
  const enter = useEnter();
  const navigate = useNavigate();
  const { wallet, home } = useSearch({ from: "/new" });
  const members = useQuery({ queryKey: ["members"], queryFn: async () => ask("members") });
  const [homes, setHomes] = useState<readonly string[] | null>(null);
  const chosen = homes ?? firstHomes(members.data ?? [], home);
  const enrol = useMutation({
    mutationFn: async () => ask("enrol", { homes: chosen, passkey: await registerPasskey() }),
    onSuccess: async (who) => {
      enter(who);
      await navigate({ to: wallet === true ? "/wallet" : "/" });
    },
  });
  const enrolOnce = useOnce(enrol);
  const toggle = (id: string): void =>
    setHomes(chosen.includes(id) ? chosen.filter((home) => home !== id) : [...chosen, id]);
  return (
    <div className="stack">
      <div>
        <h1>{words.enrol.title}</h1>
        <p className="lead">{words.enrol.lead}</p>
      </div>
      <section className="card">
        <h2 id="homes">{words.enrol.homesTitle}</h2>
        <p className="muted">{words.enrol.homesHelp}</p>
        {members.isPending && <Waiting />}
        {members.isError && (
          <Failed error={members.error} reset={() => void members.refetch()} busy={members.isFetching} />
        )}
        <div className="pick" role="group" aria-labelledby="homes">
          {members.data?.map(({ id, name }) => (
            <label key={id}>
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              <span>{name}</span>
            </label>
          ))}
        </div>
        <div className="tools">
          <Button
            loading={enrol.isPending}
            disabled={chosen.length < LEAST_HOMES}
            onClick={() => enrolOnce()}
          >
            {words.enrol.make}
          </Button>
          <Link to="/sign-in">{words.titles.signIn}</Link>
        </div>
        {enrol.isPending && <Waiting label={words.enrol.making} />}
        {enrol.isError && <PasskeyFailed error={enrol.error} />}
      </section>
    </div>
  );
}

/** The organisation at whose desk somebody stands first, then as many others as it takes. */
function firstHomes(
  members: readonly { readonly id: string }[],
  home: string | undefined,
): readonly string[] {
  const ids = members.map(({ id }) => id);
  return [...ids.filter((id) => id === home), ...ids.filter((id) => id !== home)].slice(0, LEAST_HOMES);
}
