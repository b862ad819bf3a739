import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { MAX_ANSWER_MESSAGE } from "@anamnesis/core/request/consentAnswer";
import { askAgain } from "../../app/askAgain.ts";
import { Failed } from "../../parts/Failed.tsx";
import { useOnce } from "../../parts/useOnce.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { sensitiveKind } from "../../meaning/entry.ts";
import { accessSentence } from "../../meaning/accessSentence.ts";
import { areasOfTypes } from "../../requests/areasOfTypes.ts";
import { askedPermission } from "../../requests/askedPermission.ts";
import { useRequests } from "../../requests/useRequests.ts";
import { SignBar } from "../../share/SignBar.tsx";
import { ShareSentence, SignedSentences } from "../../share/SignedSentences.tsx";
import { Preview, PreviewChart } from "../../share/Preview.tsx";
import { TermsForm } from "../../share/TermsForm.tsx";
import { usePreview } from "../../share/usePreview.ts";
import { type TermsStart, useTerms } from "../../share/useTerms.ts";
import { locale } from "../../timeline/useTimeline.ts";
import { formatDate, formatDay, formatList } from "../../words/format.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import type { RequestToMe } from "../../worker/protocol/requests.ts";

/** One request: what is asked, by whom and why; and the patient's own terms beside it. */
export function Request() {
  const words = useWords();
  usePageTitle(words.titles.request);
  const { request: id } = useParams({ from: "/inside/requests/$request" });
  const requests = useRequests();
  const request = requests.data?.requests.find((one) => one.id === id);
  return (
    <>
      <p>
        <Link to="/">{words.back(words.titles.home)}</Link>
      </p>
      {requests.isPending && <Waiting />}
      {requests.isError && (
        <Failed error={requests.error} reset={() => void requests.refetch()} busy={requests.isFetching} />
      )}
      {requests.isSuccess && request === undefined && (
        <>
          <h1>{words.titles.request}</h1>
          <p>{words.requests.gone}</p>
        </>
      )}
      {request !== undefined && <Asked request={request} />}
    </>
  );
}

function Asked({ request }: { readonly request: RequestToMe }) {
  const words = useWords();
  const { name, asked, time, expiresAt, state } = request;
  return (
    <>
      <h1>{words.requests.asksTitle(name)}</h1>
      <p className="muted lead">{request.organisationName}</p>
      <section className="card ask" aria-labelledby="asked">
        <h2 id="asked">{words.requests.asked}</h2>
        <p>{accessSentence(askedPermission(asked, request), "request", meaningEn, locale)}</p>
        {asked.message !== "" && (
          <figure className="letter">
            <figcaption className="muted">{words.requests.says(name)}</figcaption>
            <blockquote>{asked.message}</blockquote>
          </figure>
        )}
        <p className="muted">{words.requests.when(formatDate(time), formatDate(expiresAt))}</p>
      </section>
      {state === "waiting" ? (
        <Answer request={request} />
      ) : (
        <p>{words.requests.closed(words.requests.outcome[state])}</p>
      )}
    </>
  );
}

const PURPOSES: readonly TermsStart["purpose"][] = ["TREAT", "HRESCH", "HPAYMT", "PATRQT"];

function Answer({ request }: { readonly request: RequestToMe }) {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { id, name, active, asked } = request;
  const { dataFrom, notAfter } = asked;
  const { terms, change, wish } = useTerms({
    ...areasOfTypes(asked.parts),
    purpose: PURPOSES.find((purpose) => asked.purposes.includes(purpose)) ?? "TREAT",
    asked: { dataFrom, notAfter },
  });
  const preview = usePreview(wish);
  const [message, setMessage] = useState("");
  const answer = useMutation({
    mutationFn: async (share: boolean) => ask("answerRequest", { id, grant: share ? wish : null, message }),
    onSuccess: async () => {
      await askAgain(queries, "requests", "shares");
      await navigate({ to: "/sharing" });
    },
  });
  const answerOnce = useOnce(answer);
  const empty = wish.parts.length === 0;
  const sensitive = asked.parts.flatMap(({ kind }) =>
    sensitiveKind(kind) === null ? [] : [words.kinds[kind]],
  );
  const sharing = answer.isPending && answer.variables;
  return (
    <>
      <div className="columns">
        <div className="stack">
          {!active && (
            <div className="notice" role="status">
              <p>{words.requests.inactive}</p>
            </div>
          )}
          <p className="muted">{words.requests.narrow}</p>
          <TermsForm
            what={words.requests.choose(name)}
            sensitiveHelp={
              sensitive.length === 0
                ? words.share.sensitiveHelp
                : words.requests.sensitiveAsked(formatList(sensitive))
            }
            terms={terms}
            change={change}
            asked={{
              from: dataFrom === null ? null : words.requests.asAskedFrom(formatDay(dataFrom)),
              until: words.requests.asAskedUntil(formatDate(notAfter - 1)),
            }}
          />
          <SignBar share={wish} grantee={request} card="permits" />
        </div>
        <aside className="stack">
          <section className="card sticky" aria-labelledby="permits">
            <h2 id="permits" tabIndex={-1}>
              {words.share.permits}
            </h2>
            <ShareSentence share={wish} grantee={request} />
            <Textarea
              label={words.requests.word(name)}
              value={message}
              maxLength={MAX_ANSWER_MESSAGE}
              autosize
              minRows={2}
              onChange={(event) => setMessage(event.currentTarget.value)}
            />
            <div className="tools">
              <Button
                fullWidth
                loading={sharing}
                disabled={empty || !active || answer.isPending}
                onClick={() => answerOnce(true)}
              >
                {words.requests.share}
              </Button>
              <Button
                fullWidth
                variant="outline"
                loading={answer.isPending && !answer.variables}
                disabled={answer.isPending}
                onClick={() => answerOnce(false)}
              >
                {words.requests.decline}
              </Button>
            </div>
            {answer.isPending && <Waiting label={sharing ? words.share.signing : words.requests.declining} />}
            {answer.isError && <Failed error={answer.error} reset={() => answerOnce(answer.variables)} />}
            <p className="muted">{words.share.afterwards}</p>
            <p className="muted">{words.requests.declineHelp}</p>
            <SignedSentences share={wish} grantee={request} />
          </section>
          <Preview preview={preview} name={name} />
        </aside>
      </div>
      <PreviewChart preview={preview} name={name} wish={wish} />
    </>
  );
}
