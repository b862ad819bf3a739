import { elementOf, textOf } from "../meaning/readElement.ts";
import { authorOf } from "../records/authorOf.ts";
import type { OpenedItem } from "../worker/protocol.ts";

/**
 * Patient resources that stand, the newest first: by the day on which they were sealed, then by when their system changed them. What a record of the same author amends does not stand;
 * what somebody else, or a circle of records, says to amend does.
 */
export function standingPatients(items: readonly OpenedItem[]): readonly OpenedItem[] {
  const patients = items.filter(({ resource }) => textOf(resource, "resourceType") === "Patient");
  const byRecord = new Map(patients.map((item) => [item.record, item]));
  const replacedBy = new Map<string, string>();
  for (const item of items) {
    const earlier = item.amends === null ? undefined : byRecord.get(item.amends);
    if (earlier === undefined || authorOf(earlier) !== authorOf(item)) continue;
    if (!leadsTo(item.record, earlier.record, replacedBy)) replacedBy.set(earlier.record, item.record);
  }
  return patients
    .filter(({ record }) => !replacedBy.has(record))
    .toSorted((a, b) => b.day - a.day || changed(b) - changed(a) || (a.record < b.record ? -1 : 1));
}

/** Whether what takes the place of one is, in the end, the other. */
function leadsTo(one: string, other: string, replacedBy: ReadonlyMap<string, string>): boolean {
  for (let at: string | undefined = one; at !== undefined; at = replacedBy.get(at)) {
    if (at === other) return true;
  }
  return false;
}

/** Milliseconds since 1970; what does not say is the oldest of its day. */
function changed({ resource }: OpenedItem): number {
  const at = Date.parse(textOf(elementOf(resource, "meta"), "lastUpdated") ?? "");
  return Number.isNaN(at) ? 0 : at;
}
