import type { OpenedItem } from "../worker/protocol.ts";
import type { MissingRecord } from "../worker/protocol/writing.ts";
import { patientItems } from "./detailsOf.ts";

export interface OwnDetails {
  /** As they were saved last; `null`: never. */
  readonly newest: OpenedItem | null;
  /** Whose place the next ones take: a home refuses the place of what it does not have, and of what has a successor. */
  readonly amended: OpenedItem | null;
  /** `missing`: the home that took the newest does not have them; `lost`: and has had its time to find them. */
  readonly state: "there" | "missing" | "lost";
}

/** The patient's own details among what was opened and what was sent. */
export function ownDetails(items: readonly OpenedItem[], missing: readonly MissingRecord[]): OwnDetails {
  const lost = new Set(missing.flatMap(({ record, isLost }) => (isLost ? [record] : [])));
  const newest = patientItems(items, true)[0] ?? null;
  const left = items.filter(({ record }) => !lost.has(record));
  const found = missing.find(({ record }) => record === newest?.record);
  return {
    newest,
    amended: patientItems(left, true)[0] ?? null,
    state: found === undefined ? "there" : found.isLost ? "lost" : "missing",
  };
}
