import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askAgain } from "../app/askAgain.ts";
import { accessSentence } from "../meaning/accessSentence.ts";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { locale } from "../timeline/useTimeline.ts";
import { formatDate, formatList } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { RequestByMe } from "../worker/protocol/requests.ts";
import { askedPermission } from "./askedPermission.ts";
import { useAsked } from "./useRequests.ts";

/** What this member of staff asked for, and what became of it, newest first. */
export function AskedList() {
  const words = useWords();
  const asked = useAsked();
  const list = asked.data?.requests ?? [];
  return (
    <section className="card" aria-labelledby="mine">
      <h2 id="mine">{words.requests.mine}</h2>
      {asked.isPending && <Waiting />}
      {asked.isError && (
        <Failed error={asked.error} reset={() => void asked.refetch()} busy={asked.isFetching} />
      )}
      {asked.isSuccess && list.length === 0 && <p className="muted">{words.requests.mineNone}</p>}
      <ul className="rows">
        {list.map((request) => (
          <Asked key={request.id} request={request} />
        ))}
      </ul>
      {asked.isSuccess && asked.data.silent.length > 0 && (
        <p className="muted">{words.requests.silent(formatList(asked.data.silent))}</p>
      )}
    </section>
  );
}

const COLOURS = {
  waiting: "tag wait",
  granted: "tag good",
  denied: "tag stop",
  expired: "tag plain",
  withdrawn: "tag plain",
} as const;

function Asked({
  request: { id, name, asked, state, answer, expiresAt },
}: {
  readonly request: RequestByMe;
}) {
  const words = useWords();
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: async () => ask("withdrawRequest", { id }),
    onSuccess: async () => askAgain(queries, "asked"),
  });
  const withdrawOnce = useOnce(withdraw);
  const chart = answer?.consents[0];
  return (
    <li className="row">
      <div className="grow">
        <p>
          <span className={COLOURS[state]}>{words.requests.state[state]}</span>{" "}
          {name !== null && <b>{name}: </b>}
          {accessSentence(askedPermission(asked, null), "share", meaningEn, locale)}
        </p>
        {asked.message !== "" && <p className="muted">“{asked.message}”</p>}
        <p className="muted">
          {answer === null
            ? words.requests.until(formatDate(expiresAt))
            : words.requests.answered(formatDate(answer.time))}
          {answer !== null && answer.message !== "" && `: “${answer.message}”`}
        </p>
        {withdraw.isError && <Failed error={withdraw.error} reset={() => withdrawOnce()} />}
      </div>
      {state === "waiting" && (
        <Button
          variant="subtle"
          size="compact-md"
          loading={withdraw.isPending}
          onClick={() => withdrawOnce()}
        >
          {words.requests.withdraw}
        </Button>
      )}
      {chart !== undefined && (
        <Link to="/patients/$patient" params={{ patient: chart }}>
          {words.requests.open}
        </Link>
      )}
    </li>
  );
}
