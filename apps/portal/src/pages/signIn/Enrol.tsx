import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { registerPasskey } from "../../passkey/register.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Least organisations that keep somebody's locked records. */
const LEAST_HOMES = 2;

/** A new patient: where the locked records are kept, a passkey, the keys, and the kit on paper before anything else. */
export function Enrol() {
  const words = useWords();
  usePageTitle(words.titles.enrol);
  const members = useQuery({ queryKey: ["members"], queryFn: async () => ask("members") });
  const [homes, setHomes] = useState<readonly string[] | null>(null);
  const chosen = homes ?? (members.data ?? []).slice(0, LEAST_HOMES).map(({ id }) => id);
  const enrol = useMutation({
    mutationFn: async () => ask("enrol", { homes: chosen, passkey: await registerPasskey() }),
  });
  const enrolOnce = useOnce(enrol);
  if (enrol.data !== undefined) return <Kit kit={enrol.data.kit} />;
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
        {members.isError && <Failed error={members.error} reset={() => void members.refetch()} />}
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
        {enrol.isError && <Failed error={enrol.error} />}
      </section>
    </div>
  );
}

/** Nothing goes on before the kit is on paper: it is the second way to the keys. */
function Kit({ kit }: { readonly kit: string }) {
  const words = useWords();
  const enter = useEnter();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const last =
    kit
      .trim()
      .split(/[\s-]+/)
      .at(-1) ?? "";
  const confirm = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typed.trim().toLowerCase() !== last.toLowerCase()) {
      setWrong(true);
      return;
    }
    const who = await ask("resume");
    if (who !== null) enter(who);
    await navigate({ to: "/" });
  };
  return (
    <div className="stack">
      <h1>{words.enrol.kitTitle}</h1>
      <p>{words.enrol.kitLead}</p>
      <section className="card" aria-label={words.enrol.kitLabel}>
        <p className="kit" translate="no">
          {kit}
        </p>
        <div className="tools no-print">
          <Button variant="outline" onClick={() => window.print()}>
            {words.enrol.print}
          </Button>
        </div>
      </section>
      <form className="card no-print" onSubmit={(event) => void confirm(event)}>
        <TextInput
          label={words.enrol.confirm}
          value={typed}
          error={wrong ? words.enrol.wrong : null}
          autoComplete="off"
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <div className="tools">
          <Button type="submit">{words.enrol.done}</Button>
        </div>
      </form>
    </div>
  );
}
