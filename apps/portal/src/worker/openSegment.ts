import type { Purpose } from "@anamnesis/core/consent/terms";
import { hasCode } from "@anamnesis/core/errors";
import { type Day, dayOf } from "@anamnesis/core/ids";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { SegmentMemory } from "@anamnesis/sdk/listing/segmentMemory";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { openRecords } from "@anamnesis/sdk/open";
import type { RefusedRecord } from "@anamnesis/sdk/openLocks";
import { rememberAsked } from "./cosign/asked.ts";
import { firstOf } from "./firstOf.ts";
import { namelessItems, openedItems } from "./openedItems.ts";
import type { Gap, OpenedItem, Progress } from "./protocol.ts";
import { browserRuntime } from "./runtime.ts";
import { organisationName } from "./session.ts";

export interface OpenSegmentParameters {
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly kind: SegmentKind;
  readonly purpose: Purpose;
  /** What this sitting knows of the segment's list. */
  readonly memory: SegmentMemory;
  /** Opened before, by record id; what is opened is added. */
  readonly known: Map<string, OpenedItem>;
  /** Resource types to open; all by default. */
  readonly only?: readonly string[];
  /** Records to open; all by default. */
  readonly among?: ReadonlySet<string>;
  /** With all that is open of the segment each time that this has doubled. */
  readonly progress: (value: Progress) => void;
}

/** Lists a segment, opens what is not known yet. A segment in which nothing is for the asker is empty. Throws what the SDK throws for anything else. */
export async function openSegment(parameters: OpenSegmentParameters): Promise<{
  readonly items: readonly OpenedItem[];
  readonly gaps: readonly Gap[];
  readonly refused: readonly RefusedRecord[];
}> {
  const { consortium, access, kind, purpose, memory, known, only, among, progress } = parameters;
  const runtime = browserRuntime;
  const listing = await listRecords({
    runtime,
    consortium,
    access,
    purpose,
    verify: "signatures",
    memory,
  }).catch((error: unknown) => {
    if (hasCode(error, "not-opened")) return null;
    throw error;
  });
  if (listing === null || listing.records.length === 0) return { items: [], gaps: [], refused: [] };
  const fresh = listing.records.filter(
    ({ record }) => !known.has(record) && (among === undefined || among.has(record)),
  );
  const items = listing.records.flatMap(({ record }) => known.get(record) ?? []);
  if (fresh.length === 0) return { items, gaps: gapsOf(consortium, kind, listing.silent), refused: [] };
  const days = new Map(fresh.map(({ record, header }) => [record, header.body.core.day]));
  const of = fresh.length;
  progress({ done: 0, of });
  const shown = [...items];
  let told = 0;
  const result = await openRecords({
    runtime,
    consortium,
    access,
    purpose,
    listing: { ...listing, records: fresh },
    memory,
    order: firstOf,
    filter: ({ attributes }) => only === undefined || only.includes(attributes.resourceType),
    onProgress: ({ done }) => progress({ done: Math.min(done, of), of }),
    onOpened: (opened) => {
      rememberAsked(opened);
      shown.push(...namelessItems(consortium, kind, opened));
      if (shown.length < 2 * told) return;
      told = shown.length;
      progress({ done: Math.min(told, of), of, soFar: [...shown] });
    },
  });
  progress({ done: of, of });
  for (const item of await openedItems(consortium, kind, result.opened)) {
    known.set(item.record, item);
    items.push(item);
  }
  const refused = result.refused.map((one) => sayIfOld(one, days.get(one.record)));
  return { items, gaps: gapsOf(consortium, kind, listing.silent), refused };
}

/** A batch comes to the ledger within seconds: a home that says so of what was sealed days ago keeps something back. */
function sayIfOld(refused: RefusedRecord, day: Day | undefined): RefusedRecord {
  const isOld = day !== undefined && day < dayOf(browserRuntime.now()) - 1;
  return refused.code === "not-anchored" && isOld ? { ...refused, code: "anchor-missing" } : refused;
}

function gapsOf(
  consortium: Consortium,
  kind: SegmentKind,
  silent: readonly { readonly organisation: string; readonly code: string }[],
): readonly Gap[] {
  if (silent.length === 0) return [];
  return [
    {
      kind,
      code: "homes-silent",
      silent: silent.map(({ organisation }) => organisationName(consortium, organisation)),
    },
  ];
}
