import { isAnamnesisError } from "@anamnesis/core/errors";
import { SEGMENT_KINDS, type SegmentKind } from "@anamnesis/core/segment/kind";
import { ownerAccess } from "@anamnesis/sdk/access";
import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import { openSegment } from "../openSegment.ts";
import type { Gap, OpenedItem, OpenedRecords, Progress } from "../protocol.ts";
import { consortium, patientKeys, session } from "../session.ts";
import { memoryOf } from "../segmentMemories.ts";
import { toldOf } from "../toldOf.ts";
import { tally } from "../tally.ts";
import { forgetSent, sentMemory } from "../writing/sentDetails.ts";

/** What was opened already, in this sitting: opening it again would only leave another receipt. */
const kept = new WeakMap<object, Map<string, OpenedItem>>();

/** What was written in this sitting is known: opening it would only leave a receipt. */
export function keepOpened(items: readonly OpenedItem[]): void {
  const sitting = session();
  const known = kept.get(sitting) ?? new Map<string, OpenedItem>();
  kept.set(sitting, known);
  for (const item of items) known.set(item.record, item);
}

/** What was opened or written in this sitting. */
export function keptItems(): readonly OpenedItem[] {
  return [...(kept.get(session())?.values() ?? [])];
}

/** Opens everything that is the patient's own, or some records of it, segment by segment; what cannot be had is a gap and blanks nothing else. */
export async function records(
  only: { readonly among: readonly string[] } | undefined,
  progress: (value: Progress) => void,
): Promise<OpenedRecords> {
  const among = only === undefined ? null : new Set(only.among);
  const keys = patientKeys();
  const accesses = SEGMENT_KINDS.map((kind) => {
    const access = ownerAccess(keys, kind);
    return { kind, access, memory: memoryOf(access.segment) };
  });
  const all = await consortium();
  const sitting = session();
  const known = kept.get(sitting) ?? new Map<string, OpenedItem>();
  kept.set(sitting, known);
  // Of this sitting, whichever is there when all is open.
  const sent = sentMemory();
  const tell = tally<SegmentKind>(progress, (parts) => [...parts.values()].flat());
  const gaps: Gap[] = [];
  const refused: RefusedRecord[] = [];
  const found = await Promise.all(
    accesses.map(async ({ kind, access, memory }): Promise<readonly OpenedItem[]> => {
      try {
        const opened = await openSegment({
          consortium: all,
          access,
          kind,
          purpose: "PATRQT",
          memory,
          known,
          ...(among === null ? {} : { among }),
          progress: (value) => tell(kind, value),
        });
        refused.push(...opened.refused);
        gaps.push(...opened.gaps);
        return among === null ? opened.items : opened.items.filter(({ record }) => among.has(record));
      } catch (error) {
        if (!isAnamnesisError(error)) throw error;
        gaps.push({ kind, code: error.code, silent: [] });
        return [];
      }
    }),
  );
  const items = found.flat();
  const opened = new Set(items.flatMap(({ record, proof }) => (proof === null ? [] : [record])));
  // What this browser does not keep, it need not forget.
  await forgetSent(sent, opened).catch(() => undefined);
  return { items, gaps, ...toldOf(items, refused, among) };
}
