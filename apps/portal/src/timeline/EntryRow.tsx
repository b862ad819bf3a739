import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { StandLine } from "../cosign/StandLine.tsx";
import { History } from "../history/History.tsx";
import { usePrintOne } from "../print/PrintOne.ts";
import { useCorrecting } from "../writing/WritingContext.ts";
import { Attachments } from "./Attachments.tsx";
import { countFiles } from "../meaning/countFiles.ts";
import type { Entry } from "../meaning/entry.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import type { Trend } from "../meaning/trendsOf.ts";
import type { Value } from "../meaning/valuesOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { itemsOf } from "./itemsOf.ts";
import { TrendChart } from "./TrendChart.tsx";
import { trendOf } from "./trendsFor.ts";
import { locale } from "./useTimeline.ts";

/** One happening: what, when, where and who; then a sentence; the numbers on demand. */
export function EntryRow({
  entry,
  items,
  staff = false,
  isNews = false,
  arrived = null,
}: {
  readonly entry: Entry;
  /** For the proof: who sealed which record. */
  readonly items: readonly OpenedItem[];
  readonly staff?: boolean;
  /** What stands out in it is shown over time at once. */
  readonly isNews?: boolean;
  /** Somebody comes to this entry: it opens, and says so. */
  readonly arrived?: (() => void) | null;
}) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrived === null) return;
    setOpen(true);
    // The list brings it into sight.
    title.current?.focus({ preventScroll: true });
    arrived();
  }, [arrived]);
  const when = sayWhen(entry.when, Date.now(), meaningEn, locale);
  const who = staff && entry.who === meaningEn.you ? words.doctor.patient : entry.who;
  const about = [entry.where, who].filter((part) => part !== null).join(", ");
  const own = itemsOf(entry.records, items);
  const byOwner = own.length > 0 && own.every((item) => item.byOwner);
  const more = entry.values.length > 0 || entry.records.length > 0;
  return (
    <div className="row entry">
      <div className="grow">
        <h3 ref={title} tabIndex={-1}>
          {entry.title}
        </h3>
        <p className="muted">
          <time title={when.exact}>{when.said}</time>
          {about !== "" && <>, {about}</>}
        </p>
        {entry.sentence !== null && <p>{entry.sentence}</p>}
        {isNews && <Standing values={entry.values} items={items} />}
        <StandLine own={own} items={items} />
        {more && (
          <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
              <FoldTitle entry={entry} />
              <span className="visually-hidden"> {words.records.of(entry.title)}</span>
            </summary>
            {open && entry.values.length > 0 && <Values values={entry.values} staff={staff} items={items} />}
            {open && <Attachments documents={entry.documents} />}
            {open && entry.earlier.length > 0 && (
              <p className="muted">{words.records.earlier(entry.earlier.length)}</p>
            )}
            {open && (
              <div className="tools">
                <Correct items={own} title={entry.title} />
                <PrintOne entry={entry} />
              </div>
            )}
            {open && <History versions={versionsOf(entry, items)} items={items} staff={staff} />}
          </details>
        )}
      </div>
      <div>
        {byOwner && (
          <span className="tag plain">
            {staff ? words.writing.own.patientWrote : words.writing.own.wrote}
          </span>
        )}
        {entry.sensitive !== null && <span className="tag plain">{words.kinds[entry.sensitive]}</span>}
        {entry.preliminary && <span className="tag wait">{words.records.preliminary}</span>}
        {entry.corrected && <span className="tag plain">{words.records.amended}</span>}
      </div>
    </div>
  );
}

/** What is behind the fold: how many values, pictures and documents. */
function FoldTitle({ entry: { values, documents } }: { readonly entry: Entry }) {
  const { records, lists } = useWords();
  const said = values.length > 0 ? records.values(values.length) : records.details;
  const counts = countFiles(documents);
  const files = (["pictures", "images", "documents"] as const).flatMap((kind) =>
    counts[kind] === 0 ? [] : lists.files[kind](counts[kind]),
  );
  return files.length === 0 ? said : lists.withFiles(said, files.join(", "));
}

/** The first value outside its usual range, with those before it. */
function Standing({
  values,
  items,
}: {
  readonly values: readonly Value[];
  readonly items: readonly OpenedItem[];
}) {
  const value = values.find(
    (one) => one.state !== null && one.state !== "usual" && trendOf(one, items) !== null,
  );
  const trend = value === undefined ? null : trendOf(value, items);
  return trend === null ? null : <TrendChart trend={trend} />;
}

/** Values with their usual ranges; where `items` has enough of the same, each over time on demand. */
export function Values({
  values,
  staff,
  items,
}: {
  readonly values: readonly Value[];
  readonly staff: boolean;
  readonly items?: readonly OpenedItem[];
}) {
  const words = useWords();
  return (
    <table className="values">
      <thead>
        <tr>
          <th scope="col">{words.records.value}</th>
          <th scope="col" className="number">
            {words.records.now}
          </th>
          <th scope="col">{words.records.usual}</th>
        </tr>
      </thead>
      <tbody>
        {values.map((value, i) => (
          <ValueRow
            key={`${value.name} ${i}`}
            value={value}
            staff={staff}
            trend={items === undefined ? null : trendOf(value, items)}
          />
        ))}
      </tbody>
    </table>
  );
}

function ValueRow({
  value,
  staff,
  trend,
}: {
  readonly value: Value;
  readonly staff: boolean;
  readonly trend: Trend | null;
}) {
  const { trend: said } = useWords().lists;
  const [open, setOpen] = useState(false);
  const name = staff ? (value.technical ?? value.name) : value.name;
  return (
    <>
      <tr>
        <th scope="row">
          {name}{" "}
          {value.state !== null && value.state !== "usual" && (
            <span className="tag wait">{value.stateText}</span>
          )}
        </th>
        <td className="number">{staff ? value.short : value.text}</td>
        <td>
          {value.range?.text ?? ""}{" "}
          {trend !== null && (
            <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
              {said.show}
              <span className="visually-hidden"> {said.of(name)}</span>
            </button>
          )}
        </td>
      </tr>
      {open && trend !== null && (
        <tr>
          <td colSpan={3}>
            <TrendChart trend={trend} />
          </td>
        </tr>
      )}
    </>
  );
}

/** To correct what the own organisation wrote: on a doctor's chart alone. */
function Correct({ items, title }: { readonly items: readonly OpenedItem[]; readonly title: string }) {
  const said = useWords().writing.doctor;
  const correcting = useCorrecting();
  const item = correcting === null ? undefined : items.find(correcting.may);
  if (correcting === null || item === undefined) return null;
  return (
    <Button
      variant="outline"
      size="compact-md"
      aria-label={said.correctWhat(title)}
      onClick={() => correcting.begin(item)}
    >
      {said.correct}
    </Button>
  );
}

function PrintOne({ entry }: { readonly entry: Entry }) {
  const said = useWords().print;
  const print = usePrintOne();
  if (print === null) return null;
  return (
    <Button
      variant="subtle"
      size="compact-md"
      aria-label={said.one(entry.title)}
      onClick={() => print(entry)}
    >
      {said.print}
    </Button>
  );
}

function versionsOf(entry: Entry, items: readonly OpenedItem[]) {
  const before = entry.earlier.flatMap(({ record }) => record ?? []);
  return [
    ...itemsOf(entry.records, items).map((item) => ({ item, current: true })),
    ...before.flatMap((record) => itemsOf([record], items)).map((item) => ({ item, current: false })),
  ];
}
