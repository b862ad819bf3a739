import { StandLine } from "../cosign/StandLine.tsx";
import type { Entry } from "../meaning/entry.ts";
import { sayWhen } from "../meaning/sayWhen.ts";
import { Attachments } from "../timeline/Attachments.tsx";
import { Values } from "../timeline/EntryRow.tsx";
import { itemsOf } from "../timeline/itemsOf.ts";
import { locale } from "../timeline/useTimeline.ts";
import { formatDay, formatList } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";

/** One happening on paper: with its values, and its time in full, since "yesterday" does not last. Alone also with its files and who signed it. */
export function PaperEntry({
  entry,
  items,
  staff,
  isAlone = false,
}: {
  readonly entry: Entry;
  readonly items: readonly OpenedItem[];
  readonly staff: boolean;
  readonly isAlone?: boolean;
}) {
  const words = useWords();
  const said = words.print;
  const own = itemsOf(entry.records, items);
  const who = staff && entry.who === meaningEn.you ? words.doctor.patient : entry.who;
  const files = entry.documents.flatMap(({ attachments }) => attachments.map(({ label }) => label));
  const marks = [
    own.length > 0 && own.every(({ byOwner }) => byOwner) ? said.byPatient : null,
    entry.sensitive === null ? null : words.kinds[entry.sensitive],
    entry.preliminary ? words.records.preliminary : null,
    entry.corrected ? words.records.amended : null,
  ].filter((mark) => mark !== null);
  const signed = new Set(
    own.map(({ author, byOwner, organisationName, day }) =>
      said.signed(
        byOwner ? said.thePatient : [author, organisationName].filter((name) => name !== null).join(", "),
        formatDay(day),
      ),
    ),
  );
  return (
    <article className="paper-entry">
      <h3>{entry.title}</h3>
      <p className="muted">
        {[sayWhen(entry.when, Date.now(), meaningEn, locale).exact, entry.where, who]
          .filter((part) => part !== null)
          .join(", ")}
      </p>
      {marks.length > 0 && (
        <p>
          <b>{formatList(marks)}</b>
        </p>
      )}
      {entry.sentence !== null && <p>{entry.sentence}</p>}
      <StandLine own={own} items={items} />
      {entry.values.length > 0 && <Values values={entry.values} staff={staff} />}
      {files.length > 0 && <p className="muted">{said.files(formatList(files))}</p>}
      {isAlone && <Attachments documents={entry.documents} />}
      {isAlone && (
        <ul>
          {[...signed].map((line) => (
            <li key={line} className="muted">
              {line}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
