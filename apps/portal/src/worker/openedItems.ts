import { isOwners } from "@anamnesis/core/record/isOwners";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Consortium } from "@anamnesis/sdk/consortium";
import type { OpenedRecord } from "@anamnesis/sdk/open";
import { nameOf } from "./keyCards.ts";
import type { OpenedItem } from "./protocol.ts";
import { organisationName } from "./session.ts";

/** What was opened, as pages take it. */
export async function openedItems(
  consortium: Consortium,
  kind: SegmentKind,
  opened: readonly OpenedRecord[],
): Promise<readonly OpenedItem[]> {
  const authors = await namesOf(consortium, opened);
  return opened.map((record) => itemOf(consortium, kind, record, authors));
}

/** The same while more is opened, when names of authors are not waited for. */
export function namelessItems(
  consortium: Consortium,
  kind: SegmentKind,
  opened: readonly OpenedRecord[],
): readonly OpenedItem[] {
  return opened.map((record) => itemOf(consortium, kind, record, NAMELESS));
}

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
  const { threshold, organisations } = opened.endorsers ?? {};
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
    cosign:
      threshold === undefined || organisations === undefined
        ? null
        : { needed: threshold, asked: organisations.map((id) => organisationName(consortium, id)) },
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
