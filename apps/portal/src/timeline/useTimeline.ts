import { useMemo } from "react";
import type { Resource } from "@anamnesis/fhir/resource";
import type { Entry } from "../meaning/entry.ts";
import type { Locale } from "../meaning/locale.ts";
import type { OpenedRecord } from "../meaning/openedRecord.ts";
import { timelineOf } from "../meaning/timelineOf.ts";
import { meaningEn } from "../words/meaning.en.ts";
import { authorOf } from "../records/authorOf.ts";
import { locale as tag } from "../words/format.ts";
import type { OpenedItem } from "../worker/protocol.ts";

export const locale: Locale = { tag, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };

const none: readonly OpenedItem[] = [];
const lists = new WeakMap<readonly OpenedItem[], readonly OpenedRecord[]>();

/** What was opened as the meaning takes it; the same list for the same items, so that a chart is made once. */
export function recordsOf(items: readonly OpenedItem[]): readonly OpenedRecord[] {
  const known = lists.get(items);
  if (known !== undefined) return known;
  const records = items.flatMap((item): readonly OpenedRecord[] => {
    const { resource, record, amends, kind } = item;
    if (resource === null) return [];
    const common = {
      resource: resource as Resource,
      record,
      kind,
      author: authorOf(item),
      authorName: item.byOwner ? undefined : item.organisationName,
    };
    return [amends === null ? common : { ...common, amends }];
  });
  lists.set(items, records);
  return records;
}

/** What happened, newest first. */
export function useTimeline(items: readonly OpenedItem[] | undefined): readonly Entry[] {
  return useMemo(() => timelineOf(recordsOf(items ?? none), meaningEn, locale), [items]);
}
