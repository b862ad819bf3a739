import type { OpenedItem } from "../protocol.ts";

/** What several consents to one segment opened: a record that more than one of them covers is one. */
export function ofOneSegment(parts: readonly (readonly OpenedItem[])[]): readonly OpenedItem[] {
  if (parts.length === 1) return parts[0] ?? [];
  return [...new Map(parts.flat().map((item) => [item.record, item])).values()];
}
