import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
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

const ROLES = ["practitioner", "staff"] as const;

/** A new member of staff: name and role, a passkey, the keys; an administrator does the rest. */
export function Join() {
  const words = useWords();
  usePageTitle(words.desk.titles.join);
  const enter = useEnter();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof ROLES)[number]>("practitioner");
  const [missing, setMissing] = useState(false);
  const join = useMutation({
    mutationFn: async () => {
      const passkey = await registerPasskey("staff");
      await ask("joinStaff", { name: name.trim(), role, passkey });
      return ask("resume");
    },
    onSuccess: async (who) => {
      if (who !== null) enter(who);
      await navigate({ to: "/" });
    },
  });
  const joinOnce = useOnce(join);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === "") setMissing(true);
    else joinOnce();
  };
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.join.title}</h1>
        <p className="lead">{words.desk.join.lead}</p>
      </div>
      <form className="card" onSubmit={submit}>
        <TextInput
          label={words.desk.join.name}
          description={words.desk.join.nameHelp}
          value={name}
          maxLength={100}
          autoComplete="name"
          error={missing ? words.desk.join.nameMissing : null}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setMissing(false);
          }}
        />
        <fieldset className="pick">
          <legend>{words.desk.join.role}</legend>
          {ROLES.map((one) => (
            <label key={one}>
              <input type="radio" name="role" checked={role === one} onChange={() => setRole(one)} />
              <span>{words.desk.roles[one]}</span>
            </label>
          ))}
        </fieldset>
        <div className="tools">
          <Button type="submit" loading={join.isPending}>
            {words.desk.join.make}
          </Button>
          <Link to="/sign-in">{words.titles.signIn}</Link>
        </div>
        {join.isPending && <Waiting label={words.desk.join.making} />}
        {join.isError && <Failed error={join.error} />}
      </form>
    </div>
  );
}
