import type { Purpose } from "@anamnesis/core/consent/terms";
import { hasCode } from "@anamnesis/core/errors";
import { isOwners } from "@anamnesis/core/record/isOwners";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { SegmentAccess } from "@anamnesis/sdk/access";
import type { Consortium } from "@anamnesis/sdk/consortium";
import { listRecords } from "@anamnesis/sdk/listRecords";
import { type OpenedRecord, openRecords } from "@anamnesis/sdk/open";
import { firstOf } from "./firstOf.ts";
import type { Gap, OpenedItem, Progress } from "./protocol.ts";
import { nameOf } from "./keyCards.ts";
import { browserRuntime } from "./runtime.ts";
import { organisationName } from "./session.ts";

export interface OpenSegmentParameters {
  readonly consortium: Consortium;
  readonly access: SegmentAccess;
  readonly kind: SegmentKind;
  readonly purpose: Purpose;
  /** Opened before, by record id; what is opened is added. */
  readonly known: Map<string, OpenedItem>;
  /** Resource types to open; all by default. */
  readonly only?: readonly string[];
  /** With all that is open of the segment each time that this has doubled. */
  readonly progress: (value: Progress) => void;
}

/** Lists a segment, opens what is not known yet. A segment in which nothing is for the asker is empty. Throws what the SDK throws for anything else. */
export async function openSegment(parameters: OpenSegmentParameters): Promise<{
  readonly items: readonly OpenedItem[];
  readonly gaps: readonly Gap[];
  readonly refused: number;
}> {
  const { consortium, access, kind, purpose, known, only, progress } = parameters;
  const runtime = browserRuntime;
  const listing = await listRecords({ runtime, consortium, access, purpose }).catch((error: unknown) => {
    if (hasCode(error, "not-opened")) return null;
    throw error;
  });
  if (listing === null || listing.records.length === 0) return { items: [], gaps: [], refused: 0 };
  const fresh = listing.records.filter(({ record }) => !known.has(record));
  const items = listing.records.flatMap(({ record }) => known.get(record) ?? []);
  if (fresh.length === 0) return { items, gaps: gapsOf(consortium, kind, listing.silent), refused: 0 };
  const of = fresh.length;
  progress({ done: 0, of });
  const shown = [...items];
  let told = 0;
  const result = await openRecords({
    runtime,
    consortium,
    access,
    purpose,
    listing,
    order: firstOf,
    filter: ({ record, attributes }) =>
      !known.has(record) && (only === undefined || only.includes(attributes.resourceType)),
    onProgress: ({ done }) => progress({ done: Math.min(done, of), of }),
    onOpened: (opened) => {
      shown.push(...opened.map((record) => itemOf(consortium, kind, record, NAMELESS)));
      if (shown.length < 2 * told) return;
      told = shown.length;
      progress({ done: Math.min(told, of), of, soFar: [...shown] });
    },
  });
  progress({ done: of, of });
  const authors = await namesOf(consortium, result.opened);
  for (const record of result.opened) {
    const item = itemOf(consortium, kind, record, authors);
    known.set(item.record, item);
    items.push(item);
  }
  return { items, gaps: gapsOf(consortium, kind, listing.silent), refused: result.refused.length };
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

/** While more is opened, names of authors are not waited for. */
const NAMELESS: ReadonlyMap<string, string | null> = new Map();

/** Of the people who signed some of these, each once. */
async function namesOf(
  consortium: Consortium,
  opened: readonly OpenedRecord[],
): Promise<ReadonlyMap<string, string | null>> {
  const ids = [...new Set(opened.map(({ header }) => header.body.core.author))];
  const found = await Promise.all(
    ids.map(async (id): Promise<readonly [string, string | null]> => {
      const actor = consortium.actors.get(id);
      return [id, actor?.role === "practitioner" ? await nameOf(consortium, actor) : null];
    }),
  );
  return new Map(found);
}

function itemOf(
  consortium: Consortium,
  kind: SegmentKind,
  opened: OpenedRecord,
  authors: ReadonlyMap<string, string | null>,
): OpenedItem {
  const { record, organisation, day, mediaType, bytes, amends, header, label, anchor, attributes } = opened;
  const { core } = header.body;
  const resource = mediaType.startsWith("application/fhir+json") ? parse(bytes) : null;
  return {
    record,
    kind,
    organisation,
    organisationName: organisationName(consortium, organisation),
    day,
    mediaType,
    resource,
    bytes: resource === null ? bytes : null,
    amends,
    byOwner: isOwners(core),
    author: authors.get(core.author) ?? null,
    attributes,
    proof: { label, author: core.author, sequence: anchor.sequence, index: anchor.index, size: anchor.size },
  };
}

/** Whoever wrote it may have written anything: what is no JSON object is shown as a document. */
function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}
