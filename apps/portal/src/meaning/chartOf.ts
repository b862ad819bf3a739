import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { Resource } from "@anamnesis/fhir/resource";
import { elementsOf, isElement, textOf, type Element } from "./readElement.ts";
import { foldVersions } from "./foldVersions.ts";
import { isVoid } from "./isVoid.ts";
import type { OpenedRecord } from "./openedRecord.ts";

/** One resource of the chart, with what it replaced. */
export interface Item {
  /** The record's id, else type and id, else type and a digest of the content: the same each time the same records are given. */
  readonly key: string;
  readonly type: string;
  readonly resource: Resource;
  readonly record: string | null;
  readonly kind: SegmentKind;
  /** Who wrote it, see `OpenedRecord`; empty where it names none. */
  readonly author: string;
  /** To show, see `OpenedRecord`. */
  readonly authorName: string | null;
  /** What it amends or is a newer version of, newest first. */
  readonly earlier: readonly Item[];
}

/** One patient's resources, folded to those that stand and indexed by their references. */
export interface Chart {
  readonly items: readonly Item[];
  /**
   * The resource that a Reference leads to; `null` when it is not among those that were opened. It leads to what the same author wrote: an id is unique at its author's alone, and another's resource of
   * the same id would put words into its mouth.
   */
  readonly resolve: (reference: Element | null, from: Resource) => Element | null;
  /** The item that a Reference leads to, also when it names an earlier version. */
  readonly itemOf: (reference: Element | null, from: Resource) => Item | null;
}

const charts = new WeakMap<readonly OpenedRecord[], Chart>();

/** The chart of some records. Made once for the same list, however many questions are asked of it. */
export function chartOf(records: readonly OpenedRecord[]): Chart {
  const known = charts.get(records);
  if (known !== undefined) return known;
  const chart = makeChart(records);
  charts.set(records, chart);
  return chart;
}

/** How entries of a bundle name each other before they have addresses. */
const URN = "urn:uuid:";

function makeChart(records: readonly OpenedRecord[]): Chart {
  const all = records.flatMap(itemOfRecord);
  // What was entered in error takes the place of what it amends, and is shown no more than that.
  const items = foldVersions(all, records).flatMap((item) =>
    isVoid(item.resource)
      ? []
      : { ...item, earlier: item.earlier.filter(({ resource }) => !isVoid(resource)) },
  );
  const authors = new Map(all.map(({ resource, author }) => [resource, author]));
  const byName = new Map<string, Item>();
  const byId = new Map<string, Item>();
  const add = (version: Item, item: Item): void => {
    const id = textOf(version.resource, "id");
    if (id === null) return;
    byName.set(`${version.author} ${version.type}/${id}`, item);
    byId.set(`${version.author} ${id}`, item);
  };
  for (const item of items) {
    for (const version of item.earlier) add(version, item);
    add(item, item);
  }
  const itemOf = (reference: Element | null, from: Resource): Item | null => {
    const target = textOf(reference, "reference");
    if (target === null) return null;
    const author = authors.get(from) ?? "";
    if (target.startsWith(URN)) return byId.get(`${author} ${target.slice(URN.length)}`) ?? null;
    return byName.get(`${author} ${target}`) ?? byName.get(`${author} ${relative(target)}`) ?? null;
  };
  const resolve = (reference: Element | null, from: Resource): Element | null => {
    const target = textOf(reference, "reference");
    if (target?.startsWith("#") === true) {
      return elementsOf(from, "contained").find((inner) => textOf(inner, "id") === target.slice(1)) ?? null;
    }
    return itemOf(reference, from)?.resource ?? null;
  };
  return { items, resolve, itemOf };
}

/** `Type/id` of an address or of a reference to a version. */
function relative(target: string): string {
  return /([A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/.exec(target.slice(0, 500))?.[1] ?? target;
}

function itemOfRecord(opened: OpenedRecord): readonly Item[] {
  if (!isElement(opened) || opened.retracted === true) return [];
  const { resource, record, kind, author, authorName } = opened;
  if (!isElement(resource) || typeof resource.resourceType !== "string") return [];
  const type = resource.resourceType;
  const id = textOf(resource, "id");
  return [
    {
      key: record ?? (id === null ? `${type}:${digest(JSON.stringify(resource))}` : `${type}/${id}`),
      type,
      resource,
      record: record ?? null,
      kind: kind ?? segmentOf(resource),
      author: author ?? "",
      authorName: authorName ?? null,
      earlier: [],
    },
  ];
}

/** FNV-1a, 32 bits, over UTF-16 code units: tells resources without an id apart, and protects nothing. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
