import type { OpenedRecords } from "../worker/protocol.ts";

/** Whether nothing is missing of what is there. */
export function isWholeOf({ gaps, refused, late }: OpenedRecords): boolean {
  return gaps.length === 0 && refused === 0 && late.length === 0;
}
