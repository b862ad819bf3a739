import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
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
}: {
  readonly entries: readonly Entry[];
  readonly items: readonly OpenedItem[];
  readonly staff?: boolean;
}) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: () => ESTIMATE,
    overscan: 6,
    scrollMargin: margin,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
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
            <EntryRow entry={entry} items={items} staff={staff} />
          </div>
        );
      })}
    </div>
  );
}
