import type { RecordId } from "@anamnesis/core/ids";
import type { AskedDecline } from "@anamnesis/sdk/listDeclines";
import type { OpenedRecord } from "@anamnesis/sdk/open";
import { bodyLabel } from "@anamnesis/core/record/header";
import { sessionOrNull } from "../session.ts";

export interface AskedRecord extends AskedDecline {
  readonly label: string;
  readonly threshold: number;
}

/** What was opened in this sitting and asks for signatures: what others said about it opens with keys that stay in the worker. */
const kept = new WeakMap<object, Map<string, AskedRecord>>();

export function rememberAsked(opened: readonly OpenedRecord[]): void {
  const sitting = sessionOrNull();
  if (sitting === null) return;
  const known = kept.get(sitting) ?? new Map<string, AskedRecord>();
  kept.set(sitting, known);
  for (const { record, organisation, endorsers, header, readersSeed, kc } of opened) {
    if (endorsers === null) continue;
    const { threshold, organisations } = endorsers;
    const label = bodyLabel(header.body);
    known.set(record, {
      record,
      organisation,
      label,
      threshold,
      endorsers: organisations,
      body: header.body,
      readersSeed,
      kc,
    });
  }
}

export function askedOf(records: readonly string[]): readonly AskedRecord[] {
  const sitting = sessionOrNull();
  const known = sitting === null ? undefined : kept.get(sitting);
  return records.flatMap((record) => known?.get(record as RecordId) ?? []);
}
