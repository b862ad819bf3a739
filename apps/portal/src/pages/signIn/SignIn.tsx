import { type DemoIdentity, portalRoutes } from "@anamnesis/api/routes/portal";
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { callPortal } from "../../api/portal.ts";
import { useConfig } from "../../app/useConfig.ts";
import { useEnter } from "../../app/useWho.ts";
import { OrganisationSignIn } from "../../organisationLogin/OrganisationSignIn.tsx";
import { Failed } from "../../parts/Failed.tsx";
import { PasskeyFailed } from "../../parts/PasskeyFailed.tsx";
import { initialsOf } from "../../parts/initialsOf.ts";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { hasPasskeys } from "../../passkey/passkey.ts";
import { signInWithPasskey } from "../../passkey/signIn.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Loaded when somebody wants it: most sign in with a passkey. */
const WalletSignIn = lazy(async () => {
  const { WalletSignIn: loaded } = await import("../../wallets/WalletSignIn.tsx");
  return { default: loaded };
});

export function SignIn() {
  const words = useWords();
  usePageTitle(words.titles.signIn);
  const config = useConfig();
  const enter = useEnter();
  const goOn = useGoOn();
  const passkey = useMutation({
    mutationFn: signInWithPasskey,
    onSuccess: (who) => {
      enter(who);
      goOn();
    },
  });
  const signInOnce = useOnce(passkey);
  const [byWallet, setByWallet] = useState(false);
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
              <Link to="/new" preload="intent">
                {words.signIn.newPatient}
              </Link>
              <Link to="/join" preload="intent">
                {words.desk.join.link}
              </Link>
              <Link to="/claim" preload="intent">
                {words.desk.claim.link}
              </Link>
            </div>
            <div className="tools">
              <Link to="/recover" preload="intent">
                {words.keys.recover.link}
              </Link>
              <Link to="/add-device" preload="intent">
                {words.keys.join.link}
              </Link>
            </div>
          </>
        ) : (
          <p>{words.signIn.tooOld}</p>
        )}
        {passkey.isError && <PasskeyFailed error={passkey.error} />}
      </section>
      {config.data?.signIn.includes("oidc") === true && (
        <OrganisationSignIn organisation={config.data.name} />
      )}
      {config.data?.signIn.includes("wallet") === true && (
        <section className="card" aria-label={words.wallets.open}>
          {byWallet ? (
            <>
              <h2>{words.wallets.open}</h2>
              <Suspense fallback={<Waiting />}>
                <WalletSignIn />
              </Suspense>
            </>
          ) : (
            <Button variant="outline" onClick={() => setByWallet(true)}>
              {words.wallets.open}
            </Button>
          )}
        </section>
      )}
      {config.isError && (
        <Failed error={config.error} reset={() => void config.refetch()} busy={config.isFetching} />
      )}
      {config.data?.demo === true && <DemoPeople />}
    </div>
  );
}

/** To where somebody wanted to go before the sign-in, or to the start. */
function useGoOn(): () => void {
  const { history } = useRouter();
  const { to = "/" } = useSearch({ from: "/sign-in" });
  return () => history.push(to);
}

/** Ready people of the demo, behind one click; a node that is no demo names none. */
function DemoPeople() {
  const words = useWords();
  const enter = useEnter();
  const goOn = useGoOn();
  const people = useQuery({
    queryKey: ["config", "demo"],
    queryFn: async () => callPortal(portalRoutes.demoIdentities, undefined),
  });
  const goIn = useMutation({
    mutationFn: async ({ id }: DemoIdentity) => {
      const { vaultKey } = await callPortal(portalRoutes.demoSignIn, { id });
      return ask("unlock", { vaultKey });
    },
    onSuccess: (who) => {
      enter(who);
      goOn();
    },
  });
  const goInOnce = useOnce(goIn);
  return (
    <section className="card" aria-labelledby="demo-people">
      <h2 id="demo-people">{words.signIn.demoTitle}</h2>
      <p className="muted">{words.signIn.demoLead}</p>
      {people.isPending && <Waiting />}
      {people.isError && (
        <Failed error={people.error} reset={() => void people.refetch()} busy={people.isFetching} />
      )}
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
