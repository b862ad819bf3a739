import type { OpenedItem } from "../worker/protocol.ts";

/** Those of the items that are these records. */
export function itemsOf(records: readonly string[], items: readonly OpenedItem[]): readonly OpenedItem[] {
  const named = new Set(records);
  return items.filter(({ record }) => named.has(record));
}
