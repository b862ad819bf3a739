import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import type { OpenedItem, OpenedRecords } from "./protocol.ts";

/** Its batch is not on the ledger yet: no custodian opens it before that, and each does after it. */
const LATE = "not-anchored";

/**
 * Of what did not open: what is on its way to the ledger, and how much else there is.
 * @param among what was looked for: of that also what no home that answered has any more is on its way; `null`: all there is.
 */
export function toldOf(
  items: readonly OpenedItem[],
  refused: readonly RefusedRecord[],
  among: ReadonlySet<string> | null,
): Pick<OpenedRecords, "refused" | "late"> {
  const others = refused.filter(({ code }) => code !== LATE);
  if (among === null) {
    return {
      refused: others.length,
      late: refused.flatMap(({ record, code }) => (code === LATE ? [record] : [])),
    };
  }
  const settled = new Set([...items, ...others].map(({ record }): string => record));
  return { refused: others.length, late: [...among].filter((record) => !settled.has(record)) };
}
