import { elementOf, elementsOf, textOf } from "./readElement.ts";
import type { Item } from "./chartOf.ts";
import { isVoid } from "./isVoid.ts";
import type { OpenedRecord } from "./openedRecord.ts";

/**
 * Leaves the items that stand, each with what it replaced: records that a record amends, versions of the same resource (the newest by `meta` counts where none amends the other, of equals the
 * last given), documents that a document replaces and that are not taken back themselves. A circle of amendments replaces nothing: all of it is shown.
 *
 * Only an author's own word replaces what that author wrote, as on the ledger: whatever others name, an id or a record, is shown beside it. An id is unique at its author's alone.
 */
export function foldVersions(items: readonly Item[], records: readonly OpenedRecord[]): readonly Item[] {
  const replacedBy = new Map<Item, Item>();
  const byRecord = new Map(items.flatMap((item) => (item.record === null ? [] : [[item.record, item]])));
  for (const { record, amends } of records) {
    if (typeof record !== "string" || typeof amends !== "string") continue;
    const [older, newer] = [byRecord.get(amends), byRecord.get(record)];
    if (older?.author === newer?.author) replace(older, newer, replacedBy);
  }
  const newest = newestOfEach(items, replacedBy);
  for (const item of items) {
    if (isVoid(lastOf(item, replacedBy).resource)) continue;
    for (const relation of elementsOf(item.resource, "relatesTo")) {
      if (textOf(relation, "code") !== "replaces") continue;
      const target = textOf(elementOf(relation, "target"), "reference");
      if (target === null) continue;
      const older = newest.get(nameOf(item, target.replace(/^urn:uuid:/, `${item.type}/`)));
      replace(older, item, replacedBy);
    }
  }
  if (replacedBy.size === 0) return withoutRepetitions(items);
  const earlier = new Map<Item, Item[]>();
  for (const item of items) {
    const standing = lastOf(item, replacedBy);
    if (standing !== item) earlier.set(standing, [...(earlier.get(standing) ?? []), item]);
  }
  const standing = items
    .filter((item) => !replacedBy.has(item))
    .map((item) => ({ ...item, earlier: (earlier.get(item) ?? []).toReversed() }));
  return withoutRepetitions(standing);
}

/** A resource without an id that is given twice is one. */
function withoutRepetitions(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.key, item])).values()];
}

/** Of a resource at this item's author's. */
function nameOf({ author }: Item, typeAndId: string): string {
  return `${author} ${typeAndId}`;
}

function newestOfEach(items: readonly Item[], replacedBy: Map<Item, Item>): ReadonlyMap<string, Item> {
  const newest = new Map<string, Item>();
  for (const item of items) {
    const id = textOf(item.resource, "id");
    if (id === null) continue;
    const name = nameOf(item, `${item.type}/${id}`);
    const known = newest.get(name);
    // Whichever amends the other came after it, whatever both say of themselves.
    const [mine, theirs] = [lastOf(item, replacedBy), known === undefined ? null : lastOf(known, replacedBy)];
    if (theirs === null || mine === theirs) {
      newest.set(name, mine);
    } else if (isOlder(mine, theirs)) {
      replacedBy.set(mine, theirs);
    } else {
      replacedBy.set(theirs, mine);
      newest.set(name, mine);
    }
  }
  return newest;
}

function isOlder(a: Item, b: Item): boolean {
  const [first, second] = [a, b].map(({ resource }) => {
    const meta = elementOf(resource, "meta");
    return {
      updated: Date.parse(textOf(meta, "lastUpdated") ?? ""),
      version: Number(textOf(meta, "versionId") ?? Number.NaN),
    };
  });
  if (first === undefined || second === undefined) return false;
  if (first.updated !== second.updated && !Number.isNaN(first.updated - second.updated))
    return first.updated < second.updated;
  return first.version < second.version;
}

function replace(older: Item | undefined, newer: Item | undefined, replacedBy: Map<Item, Item>): void {
  if (older === undefined || newer === undefined || replacedBy.has(older)) return;
  if (lastOf(newer, replacedBy) !== older) replacedBy.set(older, newer);
}

function lastOf(item: Item, replacedBy: ReadonlyMap<Item, Item>): Item {
  let last = item;
  for (let next = replacedBy.get(last); next !== undefined; next = replacedBy.get(last)) last = next;
  return last;
}
