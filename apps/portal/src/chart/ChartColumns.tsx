import { useState } from "react";
import { Timeline } from "../timeline/Timeline.tsx";
import { useTimeline } from "../timeline/useTimeline.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { type ChartList, useChartLists } from "./useChartLists.ts";

interface ChartColumnsProps {
  readonly items: readonly OpenedItem[];
  /** Nothing is said to be missing while more is being opened. */
  readonly isWhole?: boolean;
}

/** What a doctor reads of what was shared: the doctor's own chart, and the patient's preview of it. */
export function ChartColumns({ items, isWhole = true }: ChartColumnsProps) {
  const words = useWords();
  const nothing = isWhole ? words.doctor.nothing : words.nothingYet;
  return (
    <div className="reading">
      <div className="stack">
        {useChartLists(items).map((list) => (
          <List key={list.title} {...list} nothing={nothing} />
        ))}
      </div>
      <Results items={items} />
    </div>
  );
}

/** Rows of the list that are shown before "all" is asked for. */
const FIRST = 8;

function List({ title, lines, earlier, nothing }: ChartList & { readonly nothing: string }) {
  const words = useWords();
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, FIRST);
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {lines.length === 0 && <p className="muted">{nothing}</p>}
      <ul className="rows">
        {shown.map(({ id, name, more, alarm }) => (
          <li key={id} className="row">
            <div className="grow">
              <b>{name}</b> {alarm !== null && <span className="tag stop">{alarm}</span>}
              <p className="muted">{more.filter((part) => part !== null).join(", ")}</p>
            </div>
          </li>
        ))}
      </ul>
      {lines.length > FIRST && !all && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          {words.doctor.all(lines.length)}
        </button>
      )}
      {earlier > 0 && <p className="muted">{words.doctor.earlier(earlier)}</p>}
    </section>
  );
}

function Results({ items }: { readonly items: readonly OpenedItem[] }) {
  const words = useWords();
  const entries = useTimeline(items);
  return (
    <section className="card" aria-label={words.doctor.happened}>
      <h2>{words.doctor.happened}</h2>
      <Timeline entries={entries} items={items} staff />
    </section>
  );
}
