import { type PortalSession, portalRoutes } from "@anamnesis/api/routes/portal";
import { portalOrganisationLoginRoutes } from "@anamnesis/api/routes/portalOrganisationLogin";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { askAgain } from "../../app/askAgain.ts";
import { callPortal } from "../../api/portal.ts";
import { useConfig } from "../../app/useConfig.ts";
import { goToLogin } from "../../organisationLogin/goToLogin.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { formatDate } from "../../words/format.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";

/** How a member of staff comes in: passkeys, and the login that the organisation gives. */
export function MySignIn() {
  const words = useWords().organisationLogin;
  usePageTitle(words.title);
  const config = useConfig();
  const session = useQuery({
    queryKey: ["session"],
    queryFn: async () => callPortal(portalRoutes.portalSession, undefined),
  });
  const isOffered = config.data?.signIn.includes("oidc") === true;
  return (
    <div className="stack narrow">
      <div>
        <h1>{words.title}</h1>
        <p className="lead">{words.lead}</p>
      </div>
      {session.isPending && <Waiting />}
      {session.isError && (
        <Failed error={session.error} reset={() => void session.refetch()} busy={session.isFetching} />
      )}
      {session.data !== undefined && isOffered && (
        <Login session={session.data} organisation={config.data?.name ?? ""} />
      )}
      {session.data !== undefined && (
        <section className="card" aria-labelledby="passkeys">
          <h2 id="passkeys">{words.passkeys}</h2>
          <p>
            {session.data.passkeys.length === 0
              ? words.noPasskeys
              : words.passkeyCount(session.data.passkeys.length)}
          </p>
        </section>
      )}
    </div>
  );
}

function Login({
  session: { organisationLogin: since },
  organisation,
}: {
  readonly session: PortalSession;
  readonly organisation: string;
}) {
  const words = useWords().organisationLogin;
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const link = useMutation({ mutationFn: async () => goToLogin("link", "/my-sign-in") });
  const unlink = useMutation({
    mutationFn: async () => {
      const left = await callPortal(portalOrganisationLoginRoutes.organisationLoginRemoval, {});
      // Wallets open with the same key of this browser.
      if (left.wallets.length === 0) await ask("forgetBrowser");
    },
    onSuccess: async () => {
      setAsked(false);
      await askAgain(queries, "session");
    },
  });
  const linkOnce = useOnce(link);
  const unlinkOnce = useOnce(unlink);
  return (
    <section className="card" aria-labelledby="login">
      <h2 id="login">{words.login(organisation)}</h2>
      {since === undefined ? (
        <>
          <p>{words.notLinked}</p>
          <p className="muted">{words.linkHelp}</p>
          <div className="tools">
            <Button loading={link.isPending} onClick={() => linkOnce()}>
              {words.link}
            </Button>
          </div>
          {link.isError && <Failed error={link.error} />}
        </>
      ) : (
        <>
          <p>
            <span className="tag good">{words.linked(formatDate(since))}</span>
          </p>
          <p className="muted">{words.shared}</p>
          {asked ? (
            <div className="notice" role="group" aria-label={words.confirmUnlink}>
              <div className="grow">
                <p>
                  <b>{words.confirmUnlink}</b> {words.unlinkHelp}
                </p>
                <div className="tools">
                  <Button className="danger" loading={unlink.isPending} onClick={() => unlinkOnce()}>
                    {words.unlink}
                  </Button>
                  <Button variant="subtle" disabled={unlink.isPending} onClick={() => setAsked(false)}>
                    {words.keep}
                  </Button>
                </div>
              </div>
            </div>
          ) : (
            <div className="tools">
              <Button variant="outline" onClick={() => setAsked(true)}>
                {words.unlink}
              </Button>
            </div>
          )}
          {unlink.isError && <Failed error={unlink.error} />}
        </>
      )}
    </section>
  );
}
