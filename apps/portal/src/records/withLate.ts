import type { OpenedRecords } from "../worker/protocol.ts";

/** What is shown, and what of `asked` opened meanwhile. */
export function withLate<T extends OpenedRecords>(
  shown: T,
  asked: readonly string[],
  found: OpenedRecords,
): T {
  const known = new Set(shown.items.map(({ record }) => record));
  const looked = new Set(asked);
  const still = new Set(found.late);
  const late = shown.late.filter((record) => !looked.has(record) || still.has(record));
  return {
    ...shown,
    items: [...shown.items, ...found.items.filter(({ record }) => !known.has(record))],
    refused: shown.refused + found.refused,
    late,
  };
}
