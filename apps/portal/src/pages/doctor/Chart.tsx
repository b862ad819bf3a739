import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { aboutPerson } from "../../chart/aboutPerson.ts";
import { allergiesOf } from "../../meaning/allergiesOf.ts";
import { ChartColumns } from "../../chart/ChartColumns.tsx";
import { type Asking, ChartScope } from "../../chart/ChartScope.tsx";
import type { ListActions } from "../../chart/ListGap.tsx";
import { LISTS } from "../../chart/lists.ts";
import { patientOf } from "../../chart/patientOf.ts";
import { useChart } from "../../chart/useChart.ts";
import { Failed } from "../../parts/Failed.tsx";
import { Missing } from "../../parts/Missing.tsx";
import { OnTheirWay } from "../../parts/OnTheirWay.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { Waiting } from "../../parts/Waiting.tsx";
import { ChartPaper } from "../../print/ChartPaper.tsx";
import { PrintOneProvider } from "../../print/PrintOne.ts";
import { usePaper } from "../../print/usePaper.ts";
import { authorOf } from "../../records/authorOf.ts";
import { AskHere } from "../../requests/AskHere.tsx";
import { locale, recordsOf } from "../../timeline/useTimeline.ts";
import { formatDate, formatList } from "../../words/format.ts";
import { meaningEn } from "../../words/meaning.en.ts";
import { useWords } from "../../words/useWords.tsx";
import { ask } from "../../worker/client.ts";
import { aboutOf } from "../../writing/aboutOf.ts";
import { draftOf } from "../../writing/draftOf.ts";
import type { Draft } from "../../worker/protocol/writing.ts";
import { type Correcting, CorrectingProvider } from "../../writing/WritingContext.ts";
import { useWritable, WritingPanel } from "../../writing/WritingPanel.tsx";
import type { GrantingPatient, OpenedItem, OpenedRecords } from "../../worker/protocol.ts";

/** One patient's chart, as far as it is shared. */
export function Chart() {
  const words = useWords();
  usePageTitle(words.titles.chart);
  const { patient: id } = useParams({ from: "/inside/patients/$patient" });
  const granting = useQuery({ queryKey: ["granting"], queryFn: async () => ask("granting") });
  const patient =
    granting.data?.find(({ consents }) => consents.includes(id)) ??
    granting.data?.find(({ ended }) => ended.includes(id));
  return (
    <>
      <p>
        <Link to="/patients">{words.back(words.pages.patients)}</Link>
      </p>
      {granting.isPending && <Waiting />}
      {granting.isError && (
        <Failed error={granting.error} reset={() => void granting.refetch()} busy={granting.isFetching} />
      )}
      {granting.isSuccess && patient === undefined && <NotShared consent={id} />}
      {patient !== undefined && <Shared key={patient.id} patient={patient} />}
    </>
  );
}

function Shared({ patient }: { readonly patient: GrantingPatient }) {
  const words = useWords();
  const chart = useChart(patient);
  const items = chart.data?.items ?? chart.soFar ?? NOTHING;
  const person = patientOf(items);
  const paper = usePaper();
  const [asking, setAsking] = useState<Asking | "sent" | null>(null);
  const allergies = useMemo(
    () =>
      allergiesOf(recordsOf(items), meaningEn, locale)
        .current.filter(({ dangerous }) => dangerous)
        .map(({ name }) => name),
    [items],
  );
  const { again, busy } = chart;
  const actions = useMemo(
    (): ListActions => ({ ask: (list) => setAsking({ areas: [LISTS[list].area] }), again, busy }),
    [again, busy],
  );
  return (
    <>
      <header className="spread">
        <h1>{person?.name ?? words.doctor.unnamed}</h1>
        {chart.data !== null && items.length > 0 && (
          <Button variant="outline" size="compact-md" onClick={() => paper.print("all")}>
            {words.print.print}
          </Button>
        )}
      </header>
      {paper.what !== null && chart.data !== null && (
        <ChartPaper what={paper.what} data={chart.data} shares={chart.shares} />
      )}
      {person !== null && (
        <p className="muted">
          {aboutPerson(person, words)}{" "}
          {allergies.length > 0 && (
            <span className="tag stop">{words.chart.allergyTo(formatList(allergies))}</span>
          )}
        </p>
      )}
      {!chart.stopped && (
        <ChartScope
          patient={patient}
          shares={chart.shares}
          name={person?.name ?? null}
          asking={asking}
          change={setAsking}
        />
      )}
      {chart.stopped && (
        <div className="notice stop" role="alert">
          <p>{words.doctor.stopped}</p>
        </div>
      )}
      {!chart.stopped && chart.error !== null && (
        <Failed error={chart.error} reset={chart.again} busy={chart.busy} />
      )}
      {!chart.stopped && chart.error === null && chart.data === null && (
        <Opening progress={chart.progress} isShown={items.length > 0} />
      )}
      {(chart.data !== null || items.length > 0) && (
        <>
          {chart.data !== null && (
            <>
              <Missing {...chart.data} again={chart.again} busy={chart.busy} />
              <OnTheirWay {...chart.late} />
            </>
          )}
          <Written patient={patient} items={items} isWhole={chart.data !== null} name={person?.name ?? null}>
            {items.length > 0 && (
              <PrintOneProvider value={chart.data === null ? null : paper.print}>
                <ChartColumns items={items} shares={chart.shares} opened={chart.data} actions={actions} />
              </PrintOneProvider>
            )}
            {items.length === 0 && chart.data !== null && <Nothing {...chart.data} />}
          </Written>
        </>
      )}
      {chart.stopped && (
        <AskHere
          consent={patient.id}
          label={words.requests.askAgain}
          help={words.requests.empty.stoppedHelp}
        />
      )}
    </>
  );
}

/** An empty chart, and whether that is because something does not answer. */
function Nothing({ gaps, refused, late }: Pick<OpenedRecords, "gaps" | "refused" | "late">) {
  const { empty } = useWords().requests;
  if (gaps.length === 0 && refused === 0 && late.length > 0) return null;
  const isSilent = gaps.length > 0 || refused > 0;
  return (
    <Explained
      title={isSilent ? empty.silent : empty.nothing}
      help={isSilent ? empty.silentHelp : empty.nothingHelp}
    />
  );
}

/** The chart, and writing beside it: what is not whole yet is read, and not written to. */
function Written({
  patient,
  items,
  isWhole,
  name,
  children,
}: {
  readonly patient: GrantingPatient;
  readonly items: readonly OpenedItem[];
  readonly isWhole: boolean;
  readonly name: string | null;
  readonly children: ReactNode;
}) {
  const said = useWords().writing.doctor;
  const writable = useWritable(patient.consents);
  const [correcting, setCorrecting] = useState<Draft | null>(null);
  const corrected = useCallback(() => setCorrecting(null), []);
  const organisation = writable.data?.organisation ?? null;
  const kinds = useMemo((): readonly string[] => writable.data?.kinds ?? [], [writable.data]);
  const value = useMemo(
    (): Correcting => ({
      may: (item) =>
        isWhole &&
        item.organisation === organisation &&
        !item.byOwner &&
        kinds.includes(item.kind) &&
        !items.some((one) => one.amends === item.record && authorOf(one) === authorOf(item)) &&
        draftOf(item) !== null,
      begin: (item) => setCorrecting(draftOf(item)),
    }),
    [isWhole, organisation, kinds, items],
  );
  return (
    <CorrectingProvider value={value}>
      <div className="beside">
        <div>{children}</div>
        <div>
          {(writable.isPending || (writable.isSuccess && !isWhole)) && (
            <p className="muted">{said.looking}</p>
          )}
          {writable.isError && (
            <Failed error={writable.error} reset={() => void writable.refetch()} busy={writable.isFetching} />
          )}
          {writable.isSuccess && isWhole && kinds.length === 0 && (
            <section className="card" aria-label={said.title}>
              <h2>{said.none}</h2>
              <p>{said.noneHelp(writable.data.organisationName)}</p>
            </section>
          )}
          {writable.isSuccess && isWhole && kinds.length > 0 && (
            <WritingPanel
              patient={patient.id}
              name={name}
              consents={patient.consents}
              about={aboutOf(items)}
              writable={writable.data}
              correcting={correcting}
              corrected={corrected}
            />
          )}
        </div>
      </div>
    </CorrectingProvider>
  );
}

/** Why nothing is shown under this address: never shared, ended by itself, stopped. */
function NotShared({ consent }: { readonly consent: string }) {
  const words = useWords();
  const ended = useQuery({ queryKey: ["ended"], queryFn: async () => ask("ended") });
  const share = ended.data?.find(({ id }) => id === consent);
  const { empty } = words.requests;
  if (ended.isPending) return <Waiting />;
  if (ended.isError)
    return <Failed error={ended.error} reset={() => void ended.refetch()} busy={ended.isFetching} />;
  if (share === undefined)
    return (
      <div className="stack">
        <h1>{words.titles.chart}</h1>
        <Explained title={empty.none} help={empty.noneHelp} />
        <AskHere label={words.requests.ask} />
      </div>
    );
  return (
    <div className="stack">
      <h1>{words.titles.chart}</h1>
      <Explained
        title={empty[share.ended]}
        help={share.ended === "expired" ? empty.expiredHelp(formatDate(share.notAfter)) : empty.stoppedHelp}
      />
      <AskHere consent={consent} label={words.requests.askAgain} />
    </div>
  );
}

function Explained({ title, help }: { readonly title: string; readonly help: string }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      <p>{help}</p>
    </section>
  );
}

const NOTHING: readonly OpenedItem[] = [];
