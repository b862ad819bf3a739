import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Entry } from "../meaning/entry.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { EntryRow } from "./EntryRow.tsx";

/** Height of a row before it was measured, in pixels. */
const ESTIMATE = 120;

/** A long list of which only what is in sight is in the page. */
export function Timeline({
  entries,
  items,
  staff = false,
  sought = null,
  found,
}: {
  readonly entries: readonly Entry[];
  readonly items: readonly OpenedItem[];
  readonly staff?: boolean;
  /** Id of the entry that is looked for; it is brought into sight. */
  readonly sought?: string | null;
  /** It stands in the page and has the focus. */
  readonly found?: () => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const measure = useCallback(() => setMargin(list.current?.offsetTop ?? 0), []);
  useLayoutEffect(() => {
    measure();
    // What stands above it unfolds, and folds again.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [measure]);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => ESTIMATE,
    overscan: 6,
    scrollMargin: margin,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const place = sought === null ? -1 : entries.findIndex(({ id }) => id === sought);
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: "start" });
  }, [place, rows]);
  return (
    <div ref={list} className="virtual" role="list" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ key, index, start }) => {
        const entry = entries[index];
        if (entry === undefined) return null;
        return (
          <div
            key={key}
            role="listitem"
            aria-setsize={entries.length}
            aria-posinset={index + 1}
            data-index={index}
            ref={rows.measureElement}
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            <EntryRow
              entry={entry}
              items={items}
              staff={staff}
              found={entry.id === sought ? found : undefined}
            />
          </div>
        );
      })}
    </div>
  );
}
