import { Link } from "@tanstack/react-router";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { EntryRow } from "./EntryRow.tsx";
import { useTimeline } from "./useTimeline.ts";

interface NewestProps {
  readonly items: readonly OpenedItem[];
  readonly count: number;
  /** Nothing is said to be missing while more is being opened. */
  readonly isWhole: boolean;
}

/** The last few happenings, and the way to all. */
export function Newest({ items, count, isWhole }: NewestProps) {
  const words = useWords();
  const entries = useTimeline(items);
  if (entries.length === 0 && !isWhole) return null;
  if (entries.length === 0) {
    return (
      <>
        <p>{words.home.noRecords}</p>
        <p className="muted">{words.home.noRecordsHelp}</p>
      </>
    );
  }
  return (
    <>
      {entries.slice(0, count).map((entry) => (
        <EntryRow key={entry.id} entry={entry} items={items} />
      ))}
      <Link to="/records">{words.home.allRecords}</Link>
    </>
  );
}
