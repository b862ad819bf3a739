import { useMemo } from "react";
import { sayWhen } from "../meaning/sayWhen.ts";
import { Attachments } from "../timeline/Attachments.tsx";
import { Values } from "../timeline/EntryRow.tsx";
import { locale, useTimeline } from "../timeline/useTimeline.ts";
import { formatDay } from "../words/format.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";

/** What a result says, all of it: who signs has it before their eyes. */
export function QueuedResult({
  items,
  record,
}: {
  readonly items: readonly OpenedItem[];
  readonly record: string;
}) {
  const words = useWords();
  const entries = useTimeline(items);
  const shown = useMemo(() => entries.filter((entry) => entry.records.includes(record)), [entries, record]);
  const item = items.find((one) => one.record === record);
  return (
    <>
      {shown.map((entry) => {
        const when = sayWhen(entry.when, Date.now(), meaningEn, locale);
        return (
          <div key={entry.id}>
            <h4>{entry.title}</h4>
            <p className="muted">
              <time title={when.exact}>{when.said}</time>
              {item !== undefined && <>. {wroteIt(item, words.cosign)}</>}
            </p>
            {entry.sentence !== null && <p>{entry.sentence}</p>}
            {entry.values.length > 0 && <Values values={entry.values} staff />}
            <Attachments documents={entry.documents} />
          </div>
        );
      })}
      {shown.length === 0 && item !== undefined && (
        <>
          <p className="muted">{wroteIt(item, words.cosign)}</p>
          <pre className="text">
            {item.resource === null
              ? words.records.elsewhere(item.mediaType)
              : JSON.stringify(item.resource, null, 2)}
          </pre>
        </>
      )}
    </>
  );
}

function wroteIt(
  { author, organisationName, day }: OpenedItem,
  said: ReturnType<typeof useWords>["cosign"],
): string {
  const who = author === null ? organisationName : said.person(author, organisationName);
  return said.wroteIt(who, formatDay(day));
}
