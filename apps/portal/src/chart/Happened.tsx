import { TextInput } from "@mantine/core";
import { useId, useMemo } from "react";
import type { Entry, EntryArea } from "../meaning/entry.ts";
import { Timeline, type TimelineTarget } from "../timeline/Timeline.tsx";
import { useWords } from "../words/useWords.tsx";
import type { OpenedItem } from "../worker/protocol.ts";
import { areasIn, findEntries } from "../timeline/findEntries.ts";

export interface Filter {
  readonly area: EntryArea | "all";
  readonly text: string;
}

/** Entries below which all are in sight anyway. */
const FEW = 3;

/** Everything that happened, newest first, found by words and kind. */
export function Happened({
  entries,
  items,
  filter,
  change,
  target,
  isWhole,
}: {
  readonly entries: readonly Entry[];
  readonly items: readonly OpenedItem[];
  readonly filter: Filter;
  readonly change: (filter: Filter) => void;
  readonly target: TimelineTarget | null;
  readonly isWhole: boolean;
}) {
  const words = useWords();
  const name = useId();
  const { area, text } = filter;
  const areas = useMemo(() => areasIn(entries), [entries]);
  const shown = useMemo(() => findEntries(entries, area, text), [entries, area, text]);
  return (
    <section className="card" aria-label={words.doctor.happened}>
      <h2>{words.doctor.happened}</h2>
      {entries.length > FEW && (
        <div>
          <TextInput
            type="search"
            label={words.chart.search}
            value={text}
            onChange={(event) => change({ area, text: event.currentTarget.value })}
          />
          <fieldset className="chips">
            <legend className="visually-hidden">{words.records.area}</legend>
            {(["all", ...areas] as const).map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name={name}
                  checked={area === one}
                  onChange={() => change({ area: one, text })}
                />
                <span>{one === "all" ? words.records.all : words.entryAreas[one]}</span>
              </label>
            ))}
          </fieldset>
          <p className="muted" role="status">
            {shown.length < entries.length ? words.chart.found(shown.length, entries.length) : ""}
          </p>
        </div>
      )}
      {shown.length === 0 && entries.length > 0 && (
        <p>{isWhole ? words.records.nothing : words.nothingYet}</p>
      )}
      <Timeline entries={shown} items={items} target={target} staff />
    </section>
  );
}
