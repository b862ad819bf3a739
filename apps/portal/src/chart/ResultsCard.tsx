import { useMemo, useState } from "react";
import { StandLine } from "../cosign/StandLine.tsx";
import type { Entry } from "../meaning/entry.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import { itemsOf } from "../timeline/itemsOf.ts";
import { locale } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { ListGap, type ListGapProps } from "./ListGap.tsx";
import type { Show } from "./ListCard.tsx";
import { type Result, resultsOf } from "./resultsOf.ts";
import { Sparkline } from "./Sparkline.tsx";

/** Rows that are shown before "all" is asked for. */
const FIRST = 12;

/** The newest laboratory value of each kind: now, usually, and how it went. */
export function ResultsCard({
  entries,
  items,
  show,
  ...gap
}: Omit<ListGapProps, "list" | "title" | "isEmpty"> & {
  readonly entries: readonly Entry[];
  /** For who signed what. */
  readonly items: readonly OpenedItem[];
  readonly show: Show;
}) {
  const words = useWords();
  const { chart } = words;
  const results = useMemo(() => resultsOf(entries), [entries]);
  // A report may be a file or a sentence alone.
  const isTested = useMemo(() => entries.some(({ areas }) => areas.includes("laboratory")), [entries]);
  const twins = useMemo(() => namedAlike(results), [results]);
  const [all, setAll] = useState(false);
  return (
    <section className="card" aria-label={chart.results}>
      <h2>{chart.results}</h2>
      {results.length > 0 && (
        <table className="values results">
          <thead>
            <tr>
              <th scope="col">{words.records.value}</th>
              <th scope="col" className="number">
                {chart.latest}
              </th>
              <th scope="col">{words.records.usual}</th>
              <th scope="col" className="over-time">
                {chart.overTime}
              </th>
              <th scope="col">{chart.when}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? results : results.slice(0, FIRST)).map((result) => (
              <Row
                key={result.id}
                result={result}
                items={items}
                isTwin={twins.has(result.value.name)}
                show={show}
              />
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
      {results.length === 0 && isTested && <p className="muted">{chart.noValues}</p>}
      <ListGap list="results" title={chart.results} isEmpty={results.length === 0 && !isTested} {...gap} />
    </section>
  );
}

/** Plain names that several results have: in blood and in serum, in one unit and another. */
function namedAlike(results: readonly Result[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    results.flatMap(({ value: { name } }) => {
      if (seen.has(name)) return [name];
      seen.add(name);
      return [];
    }),
  );
}

function Row({
  result: { value, entry, points },
  items,
  isTwin,
  show,
}: {
  readonly result: Result;
  readonly items: readonly OpenedItem[];
  readonly isTwin: boolean;
  readonly show: Show;
}) {
  const words = useWords();
  const { name, technical } = value;
  const when = sayWhen(value.when ?? entry.when, Date.now(), meaningEn, locale);
  const by = entry.where ?? entry.who;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className="row-link"
          title={technical ?? undefined}
          onClick={() => show(entry.records)}
        >
          {name}
        </button>{" "}
        {value.state !== null && value.state !== "usual" && (
          <span className="tag wait">{value.stateText}</span>
        )}{" "}
        {entry.preliminary && <span className="tag wait">{words.chart.preliminary}</span>}
        {isTwin && technical !== null && <p className="muted">{technical}</p>}
        <StandLine own={itemsOf(entry.records, items)} items={items} />
      </th>
      <td className="number">{value.short}</td>
      <td>{value.range?.text ?? ""}</td>
      <td className="over-time">
        <Sparkline name={name} points={points} />
      </td>
      <td className="muted" title={when.exact}>
        {[when.said, by].filter((part) => part !== null).join(", ")}
      </td>
    </tr>
  );
}
