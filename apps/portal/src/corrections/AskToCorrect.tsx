import { Button, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { MAX_CORRECTION_MESSAGE } from "@anamnesis/core/correction/correction";
import { askAgain } from "../app/askAgain.ts";
import { detailsOf, patientItems } from "../own/detailsOf.ts";
import { CheckIcon } from "../parts/icons.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useOnce } from "../parts/useOnce.ts";
import { Waiting } from "../parts/Waiting.tsx";
import { formatDate, formatList } from "../words/format.ts";
import { useWords } from "../words/useWords.tsx";
import { ask } from "../worker/client.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import type { AskedOne, OwnCorrection } from "../worker/protocol/corrections.ts";
import { type DifferentDetail, detailsThatDiffer } from "./detailsThatDiffer.ts";

interface Theirs {
  readonly item: OpenedItem;
  readonly differs: readonly DifferentDetail[];
}

/** What each organisation has, beside what the person says, and what became of asking it to correct that. */
export function AskToCorrect({
  items,
  own,
}: {
  readonly items: readonly OpenedItem[];
  readonly own: OpenedItem | null;
}) {
  const said = useWords().corrections;
  const theirs = useMemo(() => theirsOf(items, own), [items, own]);
  const authors = [...new Set(theirs.map(({ item }) => item.organisation))].toSorted();
  const corrections = useQuery({
    queryKey: ["corrections", ...authors],
    queryFn: async () => ask("ownCorrections", { authors }),
    enabled: authors.length > 0,
  });
  if (theirs.length === 0) return null;
  const newest = new Map<string, OwnCorrection>();
  for (const one of corrections.data?.corrections ?? [])
    if (!newest.has(one.organisation)) newest.set(one.organisation, one);
  const waits = (organisation: string): boolean => newest.get(organisation)?.state === "waiting";
  const toAsk = theirs.filter(({ item, differs }) => differs.length > 0 && !waits(item.organisation));
  return (
    <section className="card" aria-labelledby="theirs">
      <h2 id="theirs">{said.title}</h2>
      <p className="muted">{said.lead}</p>
      {corrections.isError && (
        <>
          <p>{said.failed}</p>
          <Failed
            error={corrections.error}
            reset={() => void corrections.refetch()}
            busy={corrections.isFetching}
          />
        </>
      )}
      <ul className="rows" aria-label={said.title}>
        {theirs.map(({ item, differs }) => (
          <Organisation
            key={item.record}
            item={item}
            differs={own === null ? [] : differs}
            known={own !== null}
            correction={newest.get(item.organisation) ?? null}
          />
        ))}
      </ul>
      {corrections.isPending && <Waiting />}
      {corrections.isSuccess && corrections.data.silent.length > 0 && (
        <p className="muted">{said.silent(formatList(corrections.data.silent))}</p>
      )}
      {corrections.isSuccess && corrections.data.unchecked > 0 && <p className="muted">{said.unchecked}</p>}
      {own === null && <p>{said.saveFirst}</p>}
      {own !== null && corrections.isSuccess && <AskForm own={own} toAsk={toAsk} />}
    </section>
  );
}

const COLOURS = {
  waiting: "tag wait",
  corrected: "tag good",
  declined: "tag stop",
  withdrawn: "tag plain",
  expired: "tag plain",
} as const;

function Organisation({
  item,
  differs,
  known,
  correction,
}: {
  readonly item: OpenedItem;
  readonly differs: readonly DifferentDetail[];
  /** There are own details to compare with. */
  readonly known: boolean;
  readonly correction: OwnCorrection | null;
}) {
  const words = useWords();
  const said = words.corrections;
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: async (id: string) => ask("withdrawCorrection", { id }),
    onSuccess: async () => askAgain(queries, "corrections"),
  });
  const once = useOnce<string>(withdraw);
  return (
    <li className="row">
      <div className="grow">
        <p>
          <b>{item.organisationName}</b> {known && (differs.length === 0 ? said.same : said.differs)}
        </p>
        {differs.length > 0 && (
          <ul>
            {differs.map(({ name, theirs, wanted }) => (
              <li key={name}>{said.field(words.writing.details[name], theirs, wanted)}</li>
            ))}
          </ul>
        )}
        {correction !== null && <Became correction={correction} />}
        {withdraw.isError && <Failed error={withdraw.error} />}
      </div>
      {correction?.state === "waiting" && (
        <Button
          variant="subtle"
          size="compact-md"
          loading={withdraw.isPending}
          aria-label={said.withdrawWhat(item.organisationName)}
          onClick={() => once(correction.id)}
        >
          {said.withdraw}
        </Button>
      )}
    </li>
  );
}

function Became({ correction: { state, time, expiresAt, answer } }: { readonly correction: OwnCorrection }) {
  const said = useWords().corrections;
  const when =
    answer !== null
      ? answer.person === null
        ? said.when.answered(formatDate(answer.time))
        : said.when.answeredBy(answer.person, formatDate(answer.time))
      : state === "expired"
        ? said.when.expired(formatDate(time))
        : state === "withdrawn"
          ? said.when.withdrawn(formatDate(time))
          : said.when.waiting(formatDate(time), formatDate(expiresAt));
  return (
    <>
      <p>
        <span className={COLOURS[state]}>{said.state[state]}</span> {when}
      </p>
      {answer !== null && answer.message !== "" && <p className="reason">{said.because(answer.message)}</p>}
    </>
  );
}

function AskForm({ own, toAsk }: { readonly own: OpenedItem; readonly toAsk: readonly Theirs[] }) {
  const said = useWords().corrections;
  const queries = useQueryClient();
  const [message, setMessage] = useState<string>(said.usual);
  const asking = useMutation({
    mutationFn: async (text: string) =>
      ask("askCorrections", {
        records: toAsk.map(({ item: { record, kind, organisationName } }) => {
          return { record, kind, organisationName };
        }),
        message: text,
        details: detailsOf(own.resource),
      }),
    onSuccess: async () => askAgain(queries, "corrections"),
  });
  const once = useOnce<string>(asking);
  return (
    <>
      {toAsk.length > 0 && (
        <form
          className="stack narrow"
          onSubmit={(event) => {
            event.preventDefault();
            once(message);
          }}
        >
          <Textarea
            label={said.message}
            description={said.messageHelp}
            value={message}
            maxLength={MAX_CORRECTION_MESSAGE}
            autosize
            minRows={2}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
          <p className="muted">{said.permits}</p>
          <div>
            <Button type="submit" disabled={message.trim() === ""} loading={asking.isPending}>
              {said.ask}
            </Button>
          </div>
        </form>
      )}
      {asking.isError && <Failed error={asking.error} />}
      {asking.isSuccess && <Outcome asked={asking.data} />}
    </>
  );
}

function Outcome({ asked }: { readonly asked: readonly AskedOne[] }) {
  const said = useWords().corrections;
  const done = asked.filter(({ code }) => code === null);
  const later = done.filter(({ reached }) => !reached);
  const names = (some: readonly AskedOne[]): string =>
    formatList(some.map(({ organisationName }) => organisationName));
  return (
    <div role="status" className="stack">
      {done.length > 0 && (
        <p className="notice good">
          <CheckIcon />
          <span>
            {said.asked(names(done))} {later.length > 0 && said.notReached(names(later))}
          </span>
        </p>
      )}
      {asked
        .filter(({ code }) => code !== null)
        .map(({ record, organisationName, code }) => (
          <p key={record} className="notice stop">
            {code === "nobody-to-ask" ? said.nobody(organisationName) : said.notAsked(organisationName)}
          </p>
        ))}
    </div>
  );
}

/** The newest Patient of each organisation. */
function theirsOf(items: readonly OpenedItem[], own: OpenedItem | null): readonly Theirs[] {
  const wanted = own === null ? null : detailsOf(own.resource);
  const newest = new Map<string, OpenedItem>();
  for (const item of patientItems(items, false))
    if (!newest.has(item.organisation)) newest.set(item.organisation, item);
  return [...newest.values()].map((item) => ({
    item,
    differs: wanted === null ? [] : detailsThatDiffer(detailsOf(item.resource), wanted),
  }));
}
