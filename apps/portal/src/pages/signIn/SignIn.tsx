import { type DemoIdentity, portalRoutes } from "@anamnesis/api/routes/portal";
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { callPortal } from "../../api/portal.ts";
import { useConfig } from "../../app/useConfig.ts";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { hasPasskeys } from "../../passkey/passkey.ts";
import { signInWithPasskey } from "../../passkey/signIn.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

export function SignIn() {
  const words = useWords();
  usePageTitle(words.titles.signIn);
  const config = useConfig();
  const enter = useEnter();
  const navigate = useNavigate();
  const passkey = useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: async (who) => {
      enter(who);
      await navigate({ to: "/" });
    },
  });
  const signInOnce = useOnce(passkey);
  return (
    <div className="stack">
      <div>
        <h1>{words.signIn.title}</h1>
        <p className="lead">{words.signIn.lead}</p>
      </div>
      <section className="card" aria-label={words.titles.signIn}>
        {hasPasskeys() ? (
          <>
            <p className="muted">{words.signIn.passkeyHelp}</p>
            <div className="tools">
              <Button loading={passkey.isPending} onClick={() => signInOnce()}>
                {words.signIn.passkey}
              </Button>
              <Link to="/new">{words.signIn.newPatient}</Link>
            </div>
          </>
        ) : (
          <p>{words.signIn.tooOld}</p>
        )}
        {passkey.isError && <Failed error={passkey.error} />}
      </section>
      {config.isError && <Failed error={config.error} reset={() => void config.refetch()} />}
      {config.data?.demo === true && <DemoPeople />}
    </div>
  );
}

/** Ready people of the demo, behind one click; a node that is no demo names none. */
function DemoPeople() {
  const words = useWords();
  const enter = useEnter();
  const navigate = useNavigate();
  const people = useQuery({
    queryKey: ["config", "demo"],
    queryFn: async () => callPortal(portalRoutes.demoIdentities, undefined),
  });
  const goIn = useMutation({
    mutationFn: async ({ id }: DemoIdentity) => {
      const { vaultKey } = await callPortal(portalRoutes.demoSignIn, { id });
      return ask("unlock", { vaultKey });
    },
    onSuccess: async (who) => {
      enter(who);
      await navigate({ to: "/" });
    },
  });
  const goInOnce = useOnce(goIn);
  return (
    <section className="card" aria-labelledby="demo-people">
      <h2 id="demo-people">{words.signIn.demoTitle}</h2>
      <p className="muted">{words.signIn.demoLead}</p>
      {people.isPending && <Waiting />}
      {people.isError && <Failed error={people.error} reset={() => void people.refetch()} />}
      {goIn.isError && <Failed error={goIn.error} />}
      <ul className="rows">
        {people.data?.map((person) => (
          <li key={person.id} className="row">
            <span className="who" aria-hidden="true">
              {initialsOf(person.name)}
            </span>
            <div className="grow">
              <h3>
                {person.name} <span className="tag plain">{words.signIn.roles[person.role]}</span>
              </h3>
              <p className="muted">{person.sentence}</p>
            </div>
            <Button
              variant="outline"
              loading={goIn.isPending && goIn.variables.id === person.id}
              disabled={goIn.isPending}
              aria-label={words.signIn.as(person.name)}
              onClick={() => goInOnce(person)}
            >
              {words.signIn.goIn}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
