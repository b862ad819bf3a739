import { portalOrganisationLoginRoutes } from "@anamnesis/api/routes/portalOrganisationLogin";
import { AnamnesisError, hasCode } from "@anamnesis/core/errors";
import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { callPortal } from "../../api/portal.ts";
import { useEnter, useWho } from "../../app/useWho.ts";
import { takeWanted } from "../../organisationLogin/goToLogin.ts";
import { takeAnswer } from "../../organisationLogin/takeAnswer.ts";
import { Failed } from "../../parts/Failed.tsx";
import { PasskeyOnce } from "../../parts/PasskeyOnce.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { Who } from "../../worker/protocol.ts";

/** Who is in now; `null`: the browser has no keys for the account, and a passkey is wanted once. */
type Outcome = { readonly purpose: "link" } | { readonly purpose: "sign-in"; readonly who: Who | null };

/** Where the organisation's login sends the browser back to: what it brought is handed to the node, and the keys are opened. */
export function OrganisationLogin() {
  const { organisationLogin: words, titles } = useWords();
  usePageTitle(titles.signIn);
  const { isPending: isResuming } = useWho();
  const enter = useEnter();
  const { history } = useRouter();
  const goIn = async (who: Who): Promise<void> => {
    enter(who);
    history.replace(takeWanted());
  };
  const answer = useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const query = takeAnswer();
      if (query === null) throw nothingCame();
      const route = portalOrganisationLoginRoutes.organisationLoginAnswer;
      const { purpose } = await callPortal(route, { query });
      if (purpose === "sign-in") return { purpose, who: await ask("unlockHere") };
      await ask("keepBrowser");
      return { purpose };
    },
    onSuccess: async (outcome) => {
      if (outcome.purpose === "link") history.replace(takeWanted());
      else if (outcome.who !== null) await goIn(outcome.who);
    },
  });
  const answerOnce = useOnce(answer);
  useEffect(() => {
    // What this browser was in before is settled first: one of the two would take the other's keys away.
    if (!isResuming) answerOnce();
  }, [isResuming, answerOnce]);
  return (
    <div className="stack narrow">
      {!answer.isError && <h1>{titles.signIn}</h1>}
      {answer.isError ? (
        <NotIn error={answer.error} />
      ) : answer.data?.purpose === "sign-in" && answer.data.who === null ? (
        <PasskeyOnce
          title={words.needsKeysTitle}
          help={words.needsKeys}
          action={words.usePasskey}
          onIn={goIn}
        />
      ) : (
        <Waiting label={words.asking} />
      )}
    </div>
  );
}

/** Why not, and what to do: what the organisation said, or what the node did. */
function NotIn({ error }: { readonly error: unknown }) {
  const { organisationLogin: words, titles, desk } = useWords();
  const toSignIn = <Link to="/sign-in">{titles.signIn}</Link>;
  if (hasCode(error, "login-unknown")) {
    return (
      <Refused title={words.unknownTitle} help={words.unknown}>
        {toSignIn}
        <Link to="/join">{desk.join.link}</Link>
      </Refused>
    );
  }
  if (hasCode(error, "login-refused"))
    return (
      <Refused title={words.refusedTitle} help={words.refused}>
        {toSignIn}
      </Refused>
    );
  if (hasCode(error, "nothing-came"))
    return (
      <Refused title={words.failedTitle} help={words.nothing}>
        {toSignIn}
      </Refused>
    );
  return (
    <>
      <h1>{words.failedTitle}</h1>
      <Failed error={error} />
      <p>{toSignIn}</p>
    </>
  );
}

function Refused({
  title,
  help,
  children,
}: {
  readonly title: string;
  readonly help: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="card" role="alert">
      <h1>{title}</h1>
      <p>{help}</p>
      <div className="tools">{children}</div>
    </section>
  );
}

/** Somebody typed the address, or loaded the page again: an answer counts once. */
function nothingCame(): AnamnesisError<"nothing-came"> {
  return new AnamnesisError({
    code: "nothing-came",
    rule: "Your organisation's login sends you back to this page with an answer, which counts once.",
    fix: "Begin at the sign-in page.",
  });
}
