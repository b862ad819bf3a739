import { useMemo } from "react";
import type { Entry, EntryArea } from "../meaning/entry.ts";
import { ShowMore } from "../parts/ShowMore.tsx";
import { useFirst } from "../parts/useFirst.ts";
import { locale, recordsOf } from "../timeline/useTimeline.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { type ListArea, listsOf, type RecordLine, type RecordList } from "./listsOf.ts";

/** Rows of a card before more of them are asked for, and how many more come then. */
const FIRST = 3;
const STEP = 100;

interface RecordListsProps {
  readonly items: readonly OpenedItem[];
  /** The timeline of the items. */
  readonly entries: readonly Entry[];
  /** What is looked for, in small letters; empty: nothing. */
  readonly wanted: string;
  readonly area: EntryArea | "all";
  /** Everything was opened: only then it is said that there is none. */
  readonly isWhole: boolean;
  /** Leads to an entry of the timeline. */
  readonly seek: (entry: string) => void;
  readonly choose: (area: ListArea) => void;
}

/** What the records hold, above when it happened: medicines now, allergies, vaccines, documents. */
export function RecordLists({ items, entries, wanted, area, isWhole, seek, choose }: RecordListsProps) {
  const { lists: said } = useWords();
  const lists = useMemo(
    () => listsOf({ records: recordsOf(items), entries, words: meaningEn, said, locale, now: Date.now() }),
    [items, entries, said],
  );
  const shown = lists
    .filter((list) => area === "all" || list.area === area)
    .map((list) => ({ ...list, lines: list.lines.filter((line) => isWanted(line, wanted)) }))
    .filter(
      ({ lines, earlier, area: one }) =>
        lines.length > 0 || (wanted === "" && isWhole && (earlier > 0 || one === "allergies")),
    );
  if (shown.length === 0 || entries.length === 0) return null;
  return (
    <div className="lists">
      {shown.map((list) => (
        <Card
          key={list.area}
          list={list}
          isChosen={area === list.area}
          isSearch={wanted !== ""}
          seek={seek}
          choose={choose}
        />
      ))}
    </div>
  );
}

function isWanted({ name, more }: RecordLine, wanted: string): boolean {
  return wanted === "" || [name, ...more].some((part) => part.toLocaleLowerCase().includes(wanted));
}

function Card({
  list: { area, lines, earlier },
  isChosen,
  isSearch,
  seek,
  choose,
}: {
  readonly list: RecordList;
  readonly isChosen: boolean;
  readonly isSearch: boolean;
} & Pick<RecordListsProps, "seek" | "choose">) {
  const { lists: said } = useWords();
  const first = useFirst(lines, FIRST, STEP);
  const title = said.titles[area];
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {lines.length === 0 && <p className="muted">{earlier > 0 ? said.noneNow : said.noneRecorded}</p>}
      <ul className="rows">
        {first.shown.map((line) => (
          <li key={line.id} className="row">
            <Line line={line} seek={seek} />
          </li>
        ))}
      </ul>
      <ShowMore of={first} what={title} />
      {earlier > 0 && !isChosen && !isSearch && (
        <p>
          <button type="button" className="link" onClick={() => choose(area)}>
            {said.earlier(earlier)}
            <span className="visually-hidden">: {title}</span>
          </button>
        </p>
      )}
    </section>
  );
}

function Line({
  line: { name, alarm, more, entry },
  seek,
}: { readonly line: RecordLine } & Pick<RecordListsProps, "seek">) {
  const { lists: said } = useWords();
  return (
    <div className="grow">
      {entry === null ? (
        <b>{name}</b>
      ) : (
        <button type="button" className="link" onClick={() => seek(entry)}>
          <b>{name}</b>
          <span className="visually-hidden">: {said.find}</span>
        </button>
      )}
      {alarm !== null && <span className="tag stop">{alarm}</span>}
      {more.length > 0 && <p className="muted">{more.join(", ")}</p>}
    </div>
  );
}
