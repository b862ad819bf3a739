import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Entry } from "../meaning/entry.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { EntryRow } from "./EntryRow.tsx";

/** Height of a row before it was measured, in pixels. */
const ESTIMATE = 120;

/** The entry to go to. */
export interface TimelineTarget {
  readonly id: string;
  /** It is in sight and open. */
  readonly arrived: () => void;
}

/** Scrolling makes the list anew with each frame, and leaves alone the rows that stay. */
const Row = memo(EntryRow);

/** A long list of which only what is in sight is in the page. */
export function Timeline({
  entries,
  items,
  staff = false,
  target = null,
}: {
  readonly entries: readonly Entry[];
  readonly items: readonly OpenedItem[];
  readonly staff?: boolean;
  readonly target?: TimelineTarget | null;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  // What stands above grows and shrinks.
  useLayoutEffect(() => {
    const measure = (): void => setMargin(list.current?.offsetTop ?? 0);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(document.body);
    return () => sizes.disconnect();
  }, []);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => ESTIMATE,
    overscan: 6,
    scrollMargin: margin,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  const wanted = target === null ? -1 : entries.findIndex(({ id }) => id === target.id);
  useEffect(() => {
    if (wanted >= 0) rows.scrollToIndex(wanted, { align: "center" });
    // The list is another one with each scroll.
  }, [wanted, target]);
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
            <Row
              entry={entry}
              items={items}
              staff={staff}
              arrived={target?.id === entry.id ? target.arrived : null}
            />
          </div>
        );
      })}
    </div>
  );
}
