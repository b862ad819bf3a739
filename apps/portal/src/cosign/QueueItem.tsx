import { Button } from "@mantine/core";
import { MAX_DECLINE_REASON } from "@anamnesis/core/record/decline";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { askAgain } from "../app/askAgain.ts";
import { aboutPerson } from "../chart/aboutPerson.ts";
import { patientOf } from "../chart/patientOf.ts";
import { DeclineForm } from "../parts/DeclineForm.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { formatList } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { Queued, ReadQueued } from "../worker/protocol/cosign.ts";
import { QueuedResult } from "./QueuedResult.tsx";
import { SaidNoList } from "./SaidNoList.tsx";
import { sayWaiting } from "./sayWaiting.ts";

/** Milliseconds between two looks whether a signature stands on the ledger. */
const LOOK_EVERY = 1500;

/** One result that waits: what it says, who signed, who is missing; to sign and to decline it in place. */
export function QueueItem({
  queued,
  read,
  opening,
  organisation,
  may,
}: {
  readonly queued: Queued;
  /** `null`: it has not opened. */
  readonly read: ReadQueued | null;
  readonly opening: boolean;
  /** Name of the own organisation. */
  readonly organisation: string;
  /** Whether it waits for a signature of this person's organisation. */
  readonly may: boolean;
}) {
  const words = useWords();
  const said = words.cosign;
  const queries = useQueryClient();
  const card = useRef<HTMLLIElement>(null);
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState("");
  const sign = useMutation({
    mutationFn: async () => ask("signQueued", { record: queued.record }),
    onSuccess: () => {
      void askAgain(queries, "cosigned");
      card.current?.focus();
    },
  });
  const signOnce = useOnce(sign);
  const decline = useMutation({
    mutationFn: async (words_: string) => ask("declineQueued", { record: queued.record, reason: words_ }),
    onSuccess: () => {
      setDeclining(false);
      void askAgain(queries, "cosigned");
      card.current?.focus();
    },
  });
  const declineOnce = useOnce<string>(decline);
  const person = patientOf(read?.items ?? []);
  const title = person?.name ?? words.doctor.unnamed;
  const can = may && read !== null && !sign.isSuccess;
  const canDecline = can && !queued.declinedHere && !decline.isSuccess;
  const press = (event: KeyboardEvent<HTMLLIElement>): void => {
    // Of fields and buttons inside, the keys are their own.
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const { nextElementSibling, previousElementSibling } = event.currentTarget;
      const to = event.key === "ArrowDown" ? nextElementSibling : previousElementSibling;
      if (to instanceof HTMLElement) {
        event.preventDefault();
        to.focus();
      }
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && can && !declining) {
      event.preventDefault();
      signOnce();
    }
    if (event.key.toLowerCase() === "d" && !event.ctrlKey && !event.altKey && !event.metaKey && canDecline) {
      event.preventDefault();
      setDeclining(true);
    }
  };
  return (
    // oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex, jsx_a11y/no-noninteractive-element-interactions -- keys that work on a result need a result that has the focus; each has a button too
    <li ref={card} className="card queued" tabIndex={0} aria-label={title} onKeyDown={press}>
      <header>
        <div className="grow">
          <h3>{read === null ? said.record(shortOf(queued.record)) : title}</h3>
          {person !== null && <p className="muted">{aboutPerson(person, words)}</p>}
        </div>
        {!sign.isSuccess && <WaitingTime since={queued.since} />}
      </header>
      {read !== null && <QueuedResult items={read.items} record={queued.record} />}
      {read === null && opening && <p className="muted">{said.opening}</p>}
      {read === null && !opening && (
        <p className="muted">{may ? said.notOpened : said.ownNotOpened(queued.record)}</p>
      )}
      {!sign.isSuccess && (
        <p className="muted">
          {read === null && <>{said.author(queued.author)}. </>}
          {queued.signed.length === 0 ? said.nobodyYet : said.signedBy(formatList(queued.signed))}{" "}
          {said.waitsFor(formatList(queued.missing))} {said.count(queued.signed.length, queued.needed)}.
        </p>
      )}
      <SaidNoList declined={queued.declined} />
      {sign.isSuccess && <Signed record={queued.record} organisation={organisation} />}
      {decline.isSuccess && (
        <div className="notice" role="status">
          <p>
            {said.declined(formatList(decline.data.kept))}{" "}
            {decline.data.missing.length > 0 && said.notTaken(formatList(decline.data.missing))}
          </p>
        </div>
      )}
      {declining && (
        <DeclineForm
          words={said}
          most={MAX_DECLINE_REASON}
          reason={reason}
          change={setReason}
          busy={decline.isPending}
          send={() => declineOnce(reason)}
          close={() => {
            setDeclining(false);
            card.current?.focus();
          }}
        />
      )}
      {read !== null && !declining && (
        <div className="tools">
          {can && (
            <Button loading={sign.isPending} aria-label={said.signWhat(title)} onClick={() => signOnce()}>
              {said.sign}
            </Button>
          )}
          {canDecline && (
            <Button
              variant="outline"
              disabled={sign.isPending}
              aria-label={said.declineWhat(title)}
              onClick={() => setDeclining(true)}
            >
              {said.decline}
            </Button>
          )}
          <Link to="/patients/$patient" params={{ patient: read.patient }}>
            {said.chart}
          </Link>
        </div>
      )}
      {sign.isError && <Failed error={sign.error} reset={() => signOnce()} />}
      {decline.isError && <Failed error={decline.error} reset={() => declineOnce(reason)} />}
    </li>
  );
}

function WaitingTime({ since }: { readonly since: number | null }) {
  const said = useWords().cosign;
  if (since === null) return null;
  return <span className="tag wait">{said.waits(sayWaiting(Date.now() / 1000 - since, said))}</span>;
}

/** On its way, and then on the ledger, as the own node reads it. */
function Signed({ record, organisation }: { readonly record: string; readonly organisation: string }) {
  const said = useWords().cosign;
  const { data } = useQuery({
    queryKey: ["cosigned", record],
    queryFn: async () => ask("cosigned", { records: [record] }),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.records[0]?.signed.includes(organisation) === true ? false : LOOK_EVERY,
  });
  const found = data?.records[0];
  const there = found?.signed.includes(organisation) === true;
  return (
    <div className="notice good" role="status">
      <p>
        {there ? said.signedThere(organisation) : said.signed(organisation)}{" "}
        {found?.state === "final" && said.finalNow(formatList(found.signed))}
      </p>
    </div>
  );
}

function shortOf(record: string): string {
  return record.slice(2, 12);
}
