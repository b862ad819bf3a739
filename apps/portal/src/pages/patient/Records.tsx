import { Button, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { EntryArea } from "../../meaning/entry.ts";
import { patientOf } from "../../chart/patientOf.ts";
import { Failed } from "../../parts/Failed.tsx";
import { Missing } from "../../parts/Missing.tsx";
import { OnTheirWay } from "../../parts/OnTheirWay.tsx";
import { Opening } from "../../parts/Opening.tsx";
import { ShowMore } from "../../parts/ShowMore.tsx";
import { useFirst } from "../../parts/useFirst.ts";
import { usePageTitle } from "../../parts/usePageTitle.ts";
import { isWholeOf } from "../../print/isWholeOf.ts";
import { Paper } from "../../print/Paper.tsx";
import { PaperEntry } from "../../print/PaperEntry.tsx";
import { PrintOneProvider } from "../../print/PrintOne.ts";
import { usePaper } from "../../print/usePaper.ts";
import { RecordLists } from "../../records/RecordLists.tsx";
import { SaveAll } from "../../records/SaveAll.tsx";
import { lateRecords, RECORDS, useRecords } from "../../records/useRecords.ts";
import { areasIn, findEntries } from "../../timeline/findEntries.ts";
import { Timeline, type TimelineTarget } from "../../timeline/Timeline.tsx";
import { TrendChart } from "../../timeline/TrendChart.tsx";
import { trendsFor } from "../../timeline/trendsFor.ts";
import { useTimeline } from "../../timeline/useTimeline.ts";
import { useWords } from "../../words/useWords.tsx";
import type { OpenedItem } from "../../worker/protocol.ts";

/** The whole timeline, found by words and by kind. */
export function Records() {
  const words = useWords();
  usePageTitle(words.titles.records);
  const records = useRecords();
  const items = records.data?.items ?? records.soFar ?? NOTHING;
  const entries = useTimeline(items);
  const paper = usePaper();
  const [text, setText] = useState("");
  const [area, setArea] = useState<EntryArea | "all">("all");
  const [target, setTarget] = useState<TimelineTarget | null>(null);
  const seek = (entry: string): void => {
    setText("");
    setArea("all");
    setTarget({ id: entry, arrived: () => setTarget(null) });
  };
  const areas = useMemo(() => areasIn(entries), [entries]);
  const wanted = text.trim().toLocaleLowerCase();
  const shown = useMemo(() => findEntries(entries, area, text), [entries, area, text]);
  const isWhole = records.isSuccess && records.data.late.length === 0;
  const nothing = entries.length === 0 ? words.home.noRecords : words.records.nothing;
  return (
    <div className="stack">
      <div>
        <h1>{words.records.title}</h1>
        {records.isSuccess && (
          <p className="muted lead" role="status">
            {words.records.count(shown.length)}
          </p>
        )}
        <p className="tools">
          <Link to="/records/add">{words.writing.own.link}</Link>
          <Link to="/records/details">{words.writing.details.link}</Link>
          {records.isSuccess && items.length > 0 && (
            <Button variant="subtle" size="compact-md" onClick={() => paper.print("all")}>
              {words.print.print}
            </Button>
          )}
        </p>
      </div>
      {paper.what !== null && records.isSuccess && (
        <Paper
          title={words.print.records}
          person={patientOf(items)}
          by={null}
          isWhole={isWholeOf(records.data)}
        >
          {paper.what !== "all" && <PaperEntry entry={paper.what} items={items} staff={false} isAlone />}
          {paper.what === "all" && shown.length < entries.length && (
            <p>
              {[
                words.print.some(shown.length, entries.length),
                ...(area === "all" ? [] : [words.print.onlyArea(words.entryAreas[area])]),
                ...(wanted === "" ? [] : [words.print.onlyWords(text.trim())]),
              ].join(" ")}
            </p>
          )}
          {paper.what === "all" &&
            shown.map((entry) => <PaperEntry key={entry.id} entry={entry} items={items} staff={false} />)}
        </Paper>
      )}
      {records.isPending && <Opening progress={records.progress} isShown={items.length > 0} />}
      {records.isError && (
        <Failed error={records.error} reset={() => void records.refetch()} busy={records.isFetching} />
      )}
      {records.isSuccess && (
        <>
          <Missing {...records.data} again={() => void records.refetch()} busy={records.isFetching} />
          <OnTheirWay queryKey={RECORDS} late={records.data.late} look={lateRecords} />
        </>
      )}
      {(records.isSuccess || items.length > 0) && (
        <>
          <section className="card" aria-label={words.records.search}>
            <TextInput
              type="search"
              label={words.records.search}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <fieldset className="chips">
              <legend className="visually-hidden">{words.records.area}</legend>
              {(["all", ...areas] as const).map((one) => (
                <label key={one}>
                  <input type="radio" name="area" checked={area === one} onChange={() => setArea(one)} />
                  <span>{one === "all" ? words.records.all : words.entryAreas[one]}</span>
                </label>
              ))}
            </fieldset>
          </section>
          <RecordLists
            items={items}
            entries={entries}
            wanted={wanted}
            area={area}
            isWhole={records.isSuccess && isWholeOf(records.data)}
            seek={seek}
            choose={setArea}
          />
          {(MEASURED.has(area) || (area === "all" && wanted !== "")) && (
            <Trends key={area} items={items} wanted={wanted} />
          )}
          <section className="card" aria-label={words.records.title}>
            <h2 className="visually-hidden">{words.doctor.happened}</h2>
            {shown.length === 0 ? (
              <p>{isWhole ? nothing : words.nothingYet}</p>
            ) : (
              <PrintOneProvider value={records.isSuccess ? paper.print : null}>
                <Timeline entries={shown} items={items} target={target} />
              </PrintOneProvider>
            )}
          </section>
          <SaveAll data={records.isSuccess ? records.data : null} />
        </>
      )}
    </div>
  );
}

const NOTHING: readonly OpenedItem[] = [];
/** Kinds that have values. */
const MEASURED: ReadonlySet<string> = new Set<EntryArea>(["laboratory", "measurements", "own"]);
/** Series that are drawn before more of them are asked for. */
const DRAWN = 6;
const ALL_DRAWN = 60;

function Trends({ items, wanted }: { readonly items: readonly OpenedItem[]; readonly wanted: string }) {
  const words = useWords();
  const all = useMemo(
    () =>
      [...trendsFor(items).values()]
        .filter(({ name, points }) => points.length > 1 && name.toLocaleLowerCase().includes(wanted))
        .toSorted((a, b) => b.points.length - a.points.length),
    [items, wanted],
  );
  const drawn = useFirst(all, DRAWN, ALL_DRAWN);
  if (all.length === 0) return null;
  return (
    <section className="card" aria-labelledby="trends">
      <h2 id="trends">{words.records.trends}</h2>
      <div className="pick">
        {drawn.shown.map((trend) => (
          <figure key={trend.id} className="figure">
            <figcaption>
              <b>{trend.name}</b>{" "}
              <span className="muted">
                {trend.points.at(-1)?.figure} {trend.unit?.spoken(trend.points.at(-1)?.number ?? 0) ?? ""}
              </span>
            </figcaption>
            <TrendChart trend={trend} />
          </figure>
        ))}
      </div>
      <ShowMore of={drawn} what={words.records.trends} />
    </section>
  );
}
