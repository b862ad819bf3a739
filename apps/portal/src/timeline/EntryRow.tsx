import { useState } from "react";
import { Attachments } from "./Attachments.tsx";
import type { Entry } from "../meaning/entry.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import type { Value } from "../meaning/valuesOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { locale } from "./useTimeline.ts";

/** One happening: what, when, where and who; then a sentence; the numbers on demand. */
export function EntryRow({
  entry,
  items,
  staff = false,
}: {
  readonly entry: Entry;
  /** For the proof: who sealed which record. */
  readonly items: readonly OpenedItem[];
  readonly staff?: boolean;
}) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const when = sayWhen(entry.when, Date.now(), meaningEn, locale);
  const about = [entry.where, entry.who].filter((part) => part !== null).join(", ");
  const more = entry.values.length > 0 || entry.records.length > 0;
  return (
    <div className="row">
      <div className="grow">
        <h3>{entry.title}</h3>
        <p className="muted">
          <time title={when.exact}>{when.said}</time>
          {about !== "" && <>, {about}</>}
        </p>
        {entry.sentence !== null && <p>{entry.sentence}</p>}
        {more && (
          <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>
              {entry.values.length > 0 ? words.records.values(entry.values.length) : words.records.details}
              <span className="visually-hidden"> {words.records.of(entry.title)}</span>
            </summary>
            {open && entry.values.length > 0 && <Values values={entry.values} staff={staff} />}
            {open && <Attachments documents={entry.documents} />}
            {open && entry.earlier.length > 0 && (
              <p className="muted">{words.records.earlier(entry.earlier.length)}</p>
            )}
            {open && <Proof records={entry.records} items={items} />}
          </details>
        )}
      </div>
      <div>
        {entry.sensitive !== null && <span className="tag plain">{words.kinds[entry.sensitive]}</span>}
        {entry.preliminary && <span className="tag wait">{words.records.preliminary}</span>}
        {entry.corrected && <span className="tag plain">{words.records.amended}</span>}
      </div>
    </div>
  );
}

export function Values({ values, staff }: { readonly values: readonly Value[]; readonly staff: boolean }) {
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
          <tr key={`${value.name} ${i}`}>
            <th scope="row">
              {staff ? (value.technical ?? value.name) : value.name}{" "}
              {value.state !== null && value.state !== "usual" && (
                <span className="tag wait">{value.stateText}</span>
              )}
            </th>
            <td className="number">{staff ? value.short : value.text}</td>
            <td>{value.range?.text ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The exact terms, for those who want them. */
function Proof({
  records,
  items,
}: {
  readonly records: readonly string[];
  readonly items: readonly OpenedItem[];
}) {
  const words = useWords();
  const named = new Set(records);
  const found = items.filter(({ record }) => named.has(record));
  return (
    <details>
      <summary>{words.records.proof}</summary>
      {found.map(({ record, organisationName }) => (
        <p key={record} className="muted">
          {words.records.proofText(record, organisationName)}
        </p>
      ))}
    </details>
  );
}
