import { nounOfType } from "@anamnesis/core/consent/typeNouns";
import type { OpenedItem } from "../worker/protocol.ts";

/** Kinds of records that are named; there may be more. */
const NAMED = 4;

/** What was opened, by kind, most first: "visits (5)", "prescriptions (3)". Records that the page does not have are counted in none. */
export function sayOpened(
  released: readonly string[],
  items: readonly OpenedItem[],
): { readonly kinds: readonly string[]; readonly more: boolean } {
  const types = new Map(items.map(({ record, resource }) => [record, resource?.["resourceType"]]));
  const counts = new Map<string, number>();
  for (const record of released) {
    const type = types.get(record);
    if (typeof type === "string") counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  return {
    kinds: sorted.slice(0, NAMED).map(([type, count]) => `${nounOfType(type)} (${count})`),
    more: sorted.length > NAMED,
  };
}
