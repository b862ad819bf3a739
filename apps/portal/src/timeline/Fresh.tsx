import { useMemo } from "react";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { EntryRow } from "./EntryRow.tsx";
import { useTimeline } from "./useTimeline.ts";

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
  if (shown.length === 0) return <p className="muted">{fresh.none}</p>;
  return shown.slice(0, count).map((entry) => <EntryRow key={entry.id} entry={entry} items={items} />);
}
