import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { MAX_CORRECTION_ANSWER } from "@anamnesis/core/correction/correctionAnswer";
import { askAgain } from "../app/askAgain.ts";
import { detailsOf } from "../own/detailsOf.ts";
import { DeclineForm } from "../parts/DeclineForm.tsx";
import { CheckIcon } from "../parts/icons.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { formatDate } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { CorrectionWanted } from "../worker/protocol/corrections.ts";
import { detailsThatDiffer } from "./detailsThatDiffer.ts";

/** What patients ask the own organisation to put right, to take over or to decline in place. */
export function CorrectionsWanted({ mayWrite }: { readonly mayWrite: boolean }) {
  const said = useWords().corrections;
  const queries = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const [done, setDone] = useState<readonly string[]>([]);
  const wanted = useQuery({
    queryKey: ["corrections-wanted"],
    queryFn: async () => ask("correctionsWanted"),
  });
  const settle = (text: string): void => {
    setDone((before) => [...before, text]);
    void askAgain(queries, "corrections-wanted");
    heading.current?.focus();
  };
  const list = wanted.data?.wanted ?? [];
  return (
    <section className="stack" aria-label={said.wanted}>
      <div>
        <h2 ref={heading} tabIndex={-1}>
          {said.wanted}
        </h2>
        {wanted.isSuccess && (
          <p className="muted">
            {list.length === 0 ? said.wantedNone : said.wantedLead(wanted.data.organisation)}
          </p>
        )}
      </div>
      {wanted.isPending && <Waiting />}
      {wanted.isError && (
        <Failed error={wanted.error} reset={() => void wanted.refetch()} busy={wanted.isFetching} />
      )}
      <div role="status" className="stack">
        {done.map((text) => (
          <p key={text} className="notice good">
            <CheckIcon />
            <span>{text}</span>
          </p>
        ))}
      </div>
      {list.length > 0 && (
        <ul className="rows stack">
          {list.map((one) => (
            <Wanted key={one.id} wanted={one} mayWrite={mayWrite} settle={settle} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Wanted({
  wanted: { id, record, time, message, before, after },
  mayWrite,
  settle,
}: {
  readonly wanted: CorrectionWanted;
  readonly mayWrite: boolean;
  readonly settle: (text: string) => void;
}) {
  const said = useWords().corrections;
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState("");
  const { given, family } = detailsOf(before);
  const named = `${given} ${family}`.trim();
  const name = named === "" ? said.whose : named;
  const accept = useMutation({
    mutationFn: async (already: boolean) =>
      ask("acceptCorrection", { id, why: said.why(message ?? ""), already }),
    onSuccess: (_, already) => settle(already ? said.done.already(name) : said.done.corrected(name)),
  });
  const acceptOnce = useOnce<boolean>(accept);
  const decline = useMutation({
    mutationFn: async (why: string) => ask("declineCorrection", { id, reason: why }),
    onSuccess: () => settle(said.done.declined(name)),
  });
  const declineOnce = useOnce<string>(decline);
  const busy = accept.isPending || decline.isPending;
  return (
    <li className="card" aria-label={name}>
      <header>
        <div className="grow">
          <h3>{name}</h3>
          <p className="muted">{said.since(formatDate(time))}</p>
        </div>
      </header>
      {message === null ? <p>{said.sealed}</p> : <p className="reason">{said.says(message)}</p>}
      {after !== null && <Changes before={before} after={after} />}
      {message !== null && after === null && <p className="muted">{said.otherRecord(record)}</p>}
      {message !== null && !mayWrite && <p className="muted">{said.onlyDoctors}</p>}
      {declining && (
        <DeclineForm
          words={said}
          most={MAX_CORRECTION_ANSWER}
          reason={reason}
          change={setReason}
          busy={decline.isPending}
          send={() => declineOnce(reason)}
          close={() => setDeclining(false)}
        />
      )}
      {message !== null && !declining && (
        <div className="tools">
          {after !== null && mayWrite && (
            <Button
              loading={accept.isPending}
              disabled={busy}
              aria-label={said.acceptWhat(name)}
              onClick={() => acceptOnce(false)}
            >
              {said.accept}
            </Button>
          )}
          <Button
            variant="outline"
            disabled={busy}
            aria-label={said.declineWhat(name)}
            onClick={() => setDeclining(true)}
          >
            {said.decline}
          </Button>
          <Button
            variant="subtle"
            disabled={busy}
            aria-label={said.alreadyWhat(name)}
            onClick={() => acceptOnce(true)}
          >
            {said.already}
          </Button>
        </div>
      )}
      {accept.isError && <Failed error={accept.error} />}
      {decline.isError && <Failed error={decline.error} />}
    </li>
  );
}

function Changes({ before, after }: Pick<CorrectionWanted, "before" | "after">) {
  const words = useWords();
  const said = words.corrections;
  return (
    <dl className="changes">
      {detailsThatDiffer(detailsOf(before), detailsOf(after)).map(({ name, theirs, wanted }) => (
        <div key={name}>
          <dt>{words.writing.details[name]}</dt>
          <dd>
            <span className="muted">{said.before}:</span> {theirs === "" ? said.nothingThere : theirs}
          </dd>
          <dd>
            <span className="muted">{said.after}:</span> <b>{wanted}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}
