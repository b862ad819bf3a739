import type { RecordStatus } from "@anamnesis/api/routes/exchange";
import type { MissingRecord } from "../protocol/writing.ts";
import type { OpenedItem } from "../protocol.ts";

/** What was saved at once. */
export interface Sent {
  /** Seconds since 1970. */
  readonly at: number;
  readonly items: readonly OpenedItem[];
}

/** Seconds in which whoever runs a home that came up without its newest database can put that right. */
const LOST_AFTER = 3600;

/** Of what was sent: what the home that took it says it does not have. What no home said anything of is not missing. */
export function missingOf(
  sent: readonly Sent[],
  statuses: readonly Pick<RecordStatus, "record" | "accepted">[],
  now: number,
): readonly MissingRecord[] {
  const gone = new Set(statuses.flatMap(({ record, accepted }): string[] => (accepted ? [] : [record])));
  return sent.flatMap(({ at, items }) =>
    items.flatMap(({ record }) => (gone.has(record) ? [{ record, isLost: now - at > LOST_AFTER }] : [])),
  );
}
