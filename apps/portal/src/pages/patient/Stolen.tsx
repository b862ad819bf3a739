import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useNoteWho } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { KitField } from "../../parts/KitField.tsx";
import { PasskeyFailed } from "../../parts/PasskeyFailed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { touchPasskey } from "../../passkey/touch.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { KitCheck } from "../../worker/protocol/keys.ts";

/** Changes the locks: the kit, then one touch; the rest goes on by itself. */
export function Stolen() {
  const words = useWords().keys;
  usePageTitle(words.titles.stolen);
  const note = useNoteWho();
  const [kit, setKit] = useState("");
  const [check, setCheck] = useState<KitCheck | null>(null);
  const look = useMutation({
    mutationFn: async () => ask("checkKit", { text: kit }),
    onSuccess: setCheck,
  });
  const lookOnce = useOnce(look);
  const shut = useMutation({
    mutationFn: async () => ask("shutOut", { kit, passkey: await touchPasskey() }),
    onSuccess: note,
  });
  const shutOnce = useOnce(shut);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    lookOnce();
  };
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.stolen.title}</h1>
        <p className="lead">{words.stolen.lead}</p>
      </div>
      <ul>
        {words.stolen.happens.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {check !== "ok" && (
        <form className="card" onSubmit={submit}>
          <KitField
            value={kit}
            check={check}
            onChange={(value) => {
              setKit(value);
              setCheck(null);
            }}
          />
          <div className="tools">
            <Button type="submit" loading={look.isPending} disabled={kit.trim() === ""}>
              {words.stolen.check}
            </Button>
            <Link to="/devices">{words.titles.devices}</Link>
          </div>
          {look.isError && <Failed error={look.error} />}
        </form>
      )}
      {check === "ok" && (
        <section className="card ask" aria-labelledby="touch">
          <h2 id="touch">{words.stolen.touch}</h2>
          <p>{words.stolen.touchHelp}</p>
          <div className="tools">
            <Button className="danger" loading={shut.isPending} onClick={() => shutOnce()}>
              {words.stolen.shut}
            </Button>
          </div>
          {shut.isError && <PasskeyFailed error={shut.error} />}
        </section>
      )}
    </div>
  );
}
