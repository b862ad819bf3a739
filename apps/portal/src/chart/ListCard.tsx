import { useState } from "react";
import { Attachments } from "../timeline/Attachments.tsx";
import { sayWhen } from "../meaning/sayWhen.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import { ListGap, type ListGapProps } from "./ListGap.tsx";
import type { ChartLine, ChartList } from "./chartLists.ts";

/** Rows of the list that are shown before "all" is asked for. */
const FIRST = 8;

/** Shows the entry that tells of these records. */
export type Show = (records: readonly string[]) => void;

/** One list of a chart: what holds, since when and by whom, what held before on demand, and what may be missing. */
export function ListCard({
  list: { list, title, lines, earlier },
  show,
  ...gap
}: Omit<ListGapProps, "list" | "title" | "isEmpty"> & { readonly list: ChartList; readonly show: Show }) {
  const { chart, doctor } = useWords();
  const [all, setAll] = useState(false);
  const [before, setBefore] = useState(false);
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      <Lines lines={all ? lines : lines.slice(0, FIRST)} show={show} />
      {lines.length > FIRST && !all && (
        <button
          type="button"
          className="link"
          aria-label={chart.allOf(lines.length, title)}
          onClick={() => setAll(true)}
        >
          {doctor.all(lines.length)}
        </button>
      )}
      {lines.length === 0 && earlier.length > 0 && gap.opened !== null && (
        <p className="muted">{chart.noneNow}</p>
      )}
      <ListGap list={list} title={title} isEmpty={lines.length + earlier.length === 0} {...gap} />
      {earlier.length > 0 && (
        <button
          type="button"
          className="link"
          aria-expanded={before}
          aria-label={before ? chart.hideEarlierOf(title) : chart.earlierOf(earlier.length, title)}
          onClick={() => setBefore(!before)}
        >
          {before ? chart.hideEarlier : doctor.earlier(earlier.length)}
        </button>
      )}
      {before && <Lines lines={earlier} show={show} />}
    </section>
  );
}

function Lines({ lines, show }: { readonly lines: readonly ChartLine[]; readonly show: Show }) {
  if (lines.length === 0) return null;
  return (
    <ul className="rows">
      {lines.map((line) => (
        <li key={line.id} className="row">
          <Line line={line} show={show} />
        </li>
      ))}
    </ul>
  );
}

function Line({ line, show }: { readonly line: ChartLine; readonly show: Show }) {
  const { chart } = useWords();
  const { id, name, more, alarm, when, by, records, attachments } = line;
  const [open, setOpen] = useState(false);
  const said = when === null ? null : sayWhen(when, Date.now(), meaningEn, locale);
  const about = more.filter((part) => part !== null).join(", ");
  const source = [said?.said ?? null, by].filter((part) => part !== null).join(", ");
  return (
    <div className="grow">
      <button type="button" className="row-link" onClick={() => show(records)}>
        {name}
      </button>{" "}
      {alarm !== null && <span className="tag stop">{alarm}</span>}
      {about !== "" && <p>{about}</p>}
      {source !== "" && (
        <p className="muted" title={said?.exact}>
          {source}
        </p>
      )}
      {attachments.length > 0 && (
        <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            {chart.file(attachments.length)}
            <span className="visually-hidden"> {name}</span>
          </summary>
          {open && <Attachments documents={[{ id, title: name, when, attachments }]} />}
        </details>
      )}
    </div>
  );
}
