import { useMemo, useState } from "react";
import type { Entry } from "../meaning/entry.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import { ListGap, type ListGapProps } from "./ListGap.tsx";
import type { Show } from "./ListCard.tsx";
import { type Result, resultsOf } from "./resultsOf.ts";
import { Sparkline } from "./Sparkline.tsx";

/** Rows that are shown before "all" is asked for. */
const FIRST = 12;

/** The newest laboratory value of each kind: now, usually, and how it went. */
export function ResultsCard({
  entries,
  show,
  ...gap
}: Omit<ListGapProps, "list" | "title" | "isEmpty"> & {
  readonly entries: readonly Entry[];
  readonly show: Show;
}) {
  const words = useWords();
  const { chart } = words;
  const results = useMemo(() => resultsOf(entries), [entries]);
  const [all, setAll] = useState(false);
  return (
    <section className="card" aria-label={chart.results}>
      <h2>{chart.results}</h2>
      {results.length > 0 && (
        <table className="values">
          <thead>
            <tr>
              <th scope="col">{words.records.value}</th>
              <th scope="col" className="number">
                {chart.latest}
              </th>
              <th scope="col">{words.records.usual}</th>
              <th scope="col">{chart.overTime}</th>
              <th scope="col">{chart.when}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? results : results.slice(0, FIRST)).map((result) => (
              <Row key={result.id} result={result} show={show} />
            ))}
          </tbody>
        </table>
      )}
      {results.length > FIRST && !all && (
        <button
          type="button"
          className="link"
          aria-label={chart.allOf(results.length, chart.results)}
          onClick={() => setAll(true)}
        >
          {words.doctor.all(results.length)}
        </button>
      )}
      <ListGap list="results" title={chart.results} isEmpty={results.length === 0} {...gap} />
    </section>
  );
}

function Row({ result: { value, entry, points }, show }: { readonly result: Result; readonly show: Show }) {
  const words = useWords();
  const name = value.technical ?? value.name;
  const when = sayWhen(value.when ?? entry.when, Date.now(), meaningEn, locale);
  const by = entry.where ?? entry.who;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="row-link" onClick={() => show(entry.records)}>
          {name}
        </button>{" "}
        {value.state !== null && value.state !== "usual" && (
          <span className="tag wait">{value.stateText}</span>
        )}{" "}
        {entry.preliminary && <span className="tag wait">{words.chart.preliminary}</span>}
      </th>
      <td className="number">{value.short}</td>
      <td>{value.range?.text ?? ""}</td>
      <td>
        <Sparkline name={name} points={points} />
      </td>
      <td className="muted" title={when.exact}>
        {[when.said, by].filter((part) => part !== null).join(", ")}
      </td>
    </tr>
  );
}
