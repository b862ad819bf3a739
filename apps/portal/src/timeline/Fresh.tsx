import { useMemo } from "react";
import { ShowMore } from "../parts/ShowMore.tsx";
import { useFirst } from "../parts/useFirst.ts";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { EntryRow } from "./EntryRow.tsx";
import { useTimeline } from "./useTimeline.ts";

/** Entries that come when more are asked for. */
const STEP = 20;

/** Entries in which something is new or was changed since the last visit. */
export function Fresh({
  items,
  unseen,
  count,
}: {
  readonly items: readonly OpenedItem[];
  readonly unseen: readonly OpenedItem[];
  readonly count: number;
}) {
  const { fresh } = useWords().writing;
  const entries = useTimeline(items);
  const shown = useMemo(() => {
    const records = new Set(unseen.map(({ record }) => record));
    return entries.filter((entry) => entry.records.some((record) => records.has(record)));
  }, [entries, unseen]);
  const first = useFirst(shown, count, STEP);
  if (shown.length === 0) return <p className="muted">{fresh.none}</p>;
  return (
    <>
      {first.shown.map((entry) => (
        <EntryRow key={entry.id} entry={entry} items={items} isNews />
      ))}
      <ShowMore of={first} what={fresh.title} />
    </>
  );
}
