import { memo, useCallback, useDeferredValue, useMemo, useState } from "react";
import type { TimelineTarget } from "../timeline/Timeline.tsx";
import { useTimeline } from "../timeline/useTimeline.ts";
import type { GrantingPatient, OpenedItem } from "../worker/protocol.ts";
import { type Filter, Happened } from "./Happened.tsx";
import { ListCard } from "./ListCard.tsx";
import type { ListActions } from "./ListGap.tsx";
import type { Opened } from "./listState.ts";
import { ResultsCard } from "./ResultsCard.tsx";
import { useChartLists } from "./useChartLists.ts";

interface ChartColumnsProps {
  readonly items: readonly OpenedItem[];
  /** What they were opened by. */
  readonly shares: GrantingPatient["shares"];
  /** Nothing is said to be missing while more is being opened: `null`. */
  readonly opened: Opened | null;
  readonly actions?: ListActions;
}

const NO_FILTER: Filter = { area: "all", text: "" };

/** What a doctor reads of what was shared: the doctor's own chart, and the patient's preview of it. Counts that go up beside it leave it alone. */
export const ChartColumns = memo(function ChartColumns({
  items,
  shares,
  opened,
  actions,
}: ChartColumnsProps) {
  const lists = useChartLists(items);
  // What happened takes longest to make of a long chart: the lists, and who writes beside it, do not wait for it at each step.
  const told = useDeferredValue(items);
  const entries = useTimeline(told);
  // What they do not show yet is not said to be missing.
  const openedThen = told === items ? opened : null;
  const [filter, setFilter] = useState(NO_FILTER);
  const [target, setTarget] = useState<TimelineTarget | null>(null);
  const entryOf = useMemo(() => {
    return new Map(entries.flatMap(({ id, records }) => records.map((record) => [record, id] as const)));
  }, [entries]);
  const show = useCallback(
    (records: readonly string[]): void => {
      const id = records.map((record) => entryOf.get(record)).find((found) => found !== undefined);
      if (id === undefined) return;
      setFilter(NO_FILTER);
      setTarget({ id, arrived: () => setTarget(null) });
    },
    [entryOf],
  );
  const gap = { shares, opened, actions };
  return (
    <div className="reading">
      <div className="stack">
        {lists.map((list) => (
          <ListCard key={list.list} list={list} show={show} {...gap} />
        ))}
      </div>
      <div className="stack">
        <ResultsCard entries={entries} items={told} show={show} {...gap} opened={openedThen} />
        <Happened
          entries={entries}
          items={told}
          filter={filter}
          change={setFilter}
          target={target}
          isWhole={openedThen !== null}
        />
      </div>
    </div>
  );
});
