import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useConfig } from "../../app/useConfig.ts";
import { useEnter } from "../../app/useWho.ts";
import { Failed } from "../../parts/Failed.tsx";
import { QrCode } from "../../parts/QrCode.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** Milliseconds between two looks into the directory. */
const LOOK_EVERY = 3000;

/** What a member of staff sees until an administrator has registered them. */
export function AwaitRegistration() {
  const words = useWords();
  usePageTitle(words.desk.titles.join);
  const { data: config } = useConfig();
  const enter = useEnter();
  const navigate = useNavigate();
  const look = useQuery({
    queryKey: ["registration"],
    queryFn: async () => ask("registration"),
    refetchInterval: LOOK_EVERY,
    // The person looks at the administrator's screen meanwhile.
    refetchIntervalInBackground: true,
  });
  const { registered = false } = look.data ?? {};
  useEffect(() => {
    if (!registered) return;
    void ask("resume").then(async (who) => {
      if (who === null) return;
      enter(who);
      await navigate({ to: who.subject === "staff" ? "/desk" : "/patients", replace: true });
    });
  }, [registered, enter, navigate]);
  if (look.data === undefined) {
    return look.isError ? (
      <Failed error={look.error} reset={() => void look.refetch()} busy={look.isFetching} />
    ) : (
      <Waiting />
    );
  }
  const { name, role, organisation, code } = look.data;
  const link = `${globalThis.location.origin}/organisation?register=${code}`;
  return (
    <div className="stack">
      <div>
        <h1>{words.desk.join.waiting(organisation)}</h1>
        <p className="lead">{words.desk.join.waitingHelp}</p>
      </div>
      <section className="card" aria-label={words.desk.join.code}>
        <h2>{words.desk.register.who(name, words.desk.roles[role] ?? role)}</h2>
        <QrCode text={link} label={words.desk.join.qr} />
        <p className="code" translate="no">
          {code}
        </p>
        <p className="tag wait" role="status">
          {words.desk.join.notYet}
        </p>
        <p className="muted">{words.desk.join.wrongName}</p>
        {config?.signIn.includes("oidc") === true && (
          <p>
            <Link to="/my-sign-in">{words.organisationLogin.waitingHint}</Link>
          </p>
        )}
      </section>
    </div>
  );
}
