import { toBase64 } from "@anamnesis/fhir/base64";
import { FHIR_ID } from "@anamnesis/fhir/resource";
import { RECORD_SYSTEM } from "@anamnesis/fhir/write/written";
import { chartOf } from "../meaning/chartOf.ts";
import { type Element, elementsOf, isElement, textOf } from "../meaning/readElement.ts";
import { recordsOf } from "../timeline/useTimeline.ts";
import type { OpenedItem } from "../worker/protocol.ts";
import { authorOf } from "./authorOf.ts";

export interface BundleParameters {
  readonly items: readonly OpenedItem[];
  /** One sentence for each thing that is missing; none: it is whole. */
  readonly missing: readonly string[];
  /** FHIR instant. */
  readonly time: string;
}

interface Entry {
  readonly fullUrl: string;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly resource: Element;
}

const URN = "urn:uuid:";
const SUBSETTED = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
  code: "SUBSETTED",
} as const;

/**
 * All that was opened as one FHIR R4 Bundle of type `collection`. Each record has a UUID of its own as its fullUrl, and what refers to a resource of the same author, or names the record, refers to
 * that UUID: ids are unique at their author's alone, so that `Patient/1` of two organisations stays two (R4, bundle.html, "Resolving references in Bundles"). Ids and identifiers stay. Links say
 * which record an entry is (`via`) and what took its place (`latest-version`, RFC 5829). What is no FHIR is a Binary. When something is missing, an OperationOutcome and the Bundle's tag say so.
 */
export function bundleOf({ items, missing, time }: BundleParameters): Element {
  const urls = new Map(items.map(({ record }) => [record, URN + uuidOf(record)]));
  const names = namesOf(items);
  const latest = latestOf(items);
  const entries = items.map((item): Entry => {
    const next = urls.get(latest.get(item.record) ?? "");
    return {
      fullUrl: URN + uuidOf(item.record),
      link: [
        { relation: "via", url: `${RECORD_SYSTEM}:${item.record}` },
        ...(next === undefined ? [] : [{ relation: "latest-version", url: next }]),
      ],
      resource: isResource(item.resource)
        ? (withLinks(item.resource, (holder) => linkFor(holder, item, names, urls)) as Element)
        : binaryOf(item),
    };
  });
  return {
    resourceType: "Bundle",
    ...(missing.length === 0 ? {} : { meta: { tag: [SUBSETTED] } }),
    type: "collection",
    timestamp: time,
    entry: missing.length === 0 ? entries : [outcomeOf(missing), ...entries],
  };
}

/** RFC 9562 section 5.8: 122 bits of the record's id, which is a digest. */
function uuidOf(record: string): string {
  const hex = record.slice(2, 34).padEnd(32, "0");
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

interface Names {
  /** Record of `author Type/id`: the version that stands. */
  readonly byName: ReadonlyMap<string, string>;
  /** Record of `author id`, as entries of a bundle name each other before they have addresses. */
  readonly byId: ReadonlyMap<string, string>;
  readonly byRecord: ReadonlyMap<string, OpenedItem>;
}

function namesOf(items: readonly OpenedItem[]): Names {
  const byName = new Map<string, string>();
  const byId = new Map<string, string>();
  const add = (author: string, resource: Element, record: string): void => {
    const id = textOf(resource, "id");
    if (id === null) return;
    byName.set(`${author} ${textOf(resource, "resourceType")}/${id}`, record);
    byId.set(`${author} ${id}`, record);
  };
  for (const item of items) if (isResource(item.resource)) add(authorOf(item), item.resource, item.record);
  for (const { author, resource, record } of chartOf(recordsOf(items)).items)
    if (record !== null) add(author, resource, record);
  return { byName, byId, byRecord: new Map(items.map((item) => [item.record, item])) };
}

/** Which record took the place of an earlier one. */
function latestOf(items: readonly OpenedItem[]): ReadonlyMap<string, string> {
  const latest = new Map<string, string>();
  for (const { record, earlier } of chartOf(recordsOf(items)).items) {
    for (const before of earlier)
      if (record !== null && before.record !== null) latest.set(before.record, record);
  }
  return latest;
}

function isResource(value: OpenedItem["resource"]): value is Element {
  return value !== null && typeof value["resourceType"] === "string";
}

/** `Type/id`, at the end of an address and before a version too. */
const NAME = /(?:^|\/)([A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;
const MOST_LINK = 500;

/** The fullUrl of what a Reference leads to, by the record that it names, else among what the same author wrote; `null`: nothing in the file. */
function linkFor(
  reference: Element,
  from: OpenedItem,
  { byName, byId, byRecord }: Names,
  urls: ReadonlyMap<string, string>,
): string | null {
  const target = textOf(reference, "reference");
  if (target?.startsWith("#") === true) return null;
  const name = target === null ? null : (NAME.exec(target.slice(0, MOST_LINK))?.[1] ?? null);
  const named = elementsOf(reference, "identifier").find((one) => textOf(one, "system") === RECORD_SYSTEM);
  const item = byRecord.get(textOf(named, "value") ?? "");
  if (item !== undefined) {
    const own = isResource(item.resource) ? ownName(item.resource) : null;
    if (name === null) return urls.get(item.record) ?? null;
    if (own === name) return urls.get(byName.get(`${authorOf(item)} ${name}`) ?? item.record) ?? null;
  }
  if (target === null) return null;
  const author = authorOf(from);
  const record = target.startsWith(URN)
    ? byId.get(`${author} ${target.slice(URN.length)}`)
    : name === null
      ? undefined
      : byName.get(`${author} ${name}`);
  return record === undefined ? null : (urls.get(record) ?? null);
}

function ownName(resource: Element): string | null {
  const id = textOf(resource, "id");
  return id === null || !FHIR_ID.test(id) ? null : `${textOf(resource, "resourceType")}/${id}`;
}

/** The same with each Reference, and each file's address of this form, led to what `link` gives. A Bundle within is a world of its own. */
function withLinks(value: unknown, link: (reference: Element) => string | null): unknown {
  if (Array.isArray(value)) return value.map((one) => withLinks(one, link));
  if (!isElement(value) || value["resourceType"] === "Bundle") return value;
  const members = Object.entries(value).map(([name, member]): readonly [string, unknown] => {
    if (name === "url" && typeof member === "string" && /^[A-Z][A-Za-z]+\/[^/]+$/.test(member))
      return [name, link({ reference: member }) ?? member];
    return [name, typeof member === "string" ? member : withLinks(member, link)];
  });
  const reference = isReference(value) ? link(value) : null;
  return Object.fromEntries(
    reference === null
      ? members
      : [...members.filter(([name]) => name !== "reference"), ["reference", reference]],
  );
}

/** A Reference with an address, or with the id of a record alone. */
function isReference(value: Element): boolean {
  if (typeof value["reference"] === "string") return true;
  return isElement(value["identifier"]) && value["identifier"]["system"] === RECORD_SYSTEM;
}

/** What is no FHIR, as it was kept. */
function binaryOf({ resource, bytes, mediaType }: OpenedItem): Element {
  const content = resource === null ? bytes : new TextEncoder().encode(JSON.stringify(resource));
  return {
    resourceType: "Binary",
    contentType: mediaType === "" ? "application/octet-stream" : mediaType,
    ...(content === null || content.length === 0 ? {} : { data: toBase64(content) }),
  };
}

function outcomeOf(missing: readonly string[]): Entry {
  return {
    fullUrl: URN + crypto.randomUUID(),
    resource: {
      resourceType: "OperationOutcome",
      issue: missing.map((text) => ({ severity: "warning", code: "incomplete", details: { text } })),
    },
  };
}
