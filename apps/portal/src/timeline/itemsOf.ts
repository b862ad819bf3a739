import type { OpenedItem } from "../worker/protocol.ts";

const places = new WeakMap<readonly OpenedItem[], ReadonlyMap<string, number>>();

/** Those of the items that are these records, in the items' order. A list is gone through once, since every row of a timeline asks. */
export function itemsOf(records: readonly string[], items: readonly OpenedItem[]): readonly OpenedItem[] {
  let known = places.get(items);
  if (known === undefined) {
    known = new Map(items.map(({ record }, place) => [record, place]));
    places.set(items, known);
  }
  const found = records.flatMap((record) => known.get(record) ?? []);
  return [...new Set(found)].toSorted((a, b) => a - b).flatMap((place) => items[place] ?? []);
}
