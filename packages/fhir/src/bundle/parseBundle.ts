import { AnamnesisError } from "@anamnesis/core/errors";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../json/jsonValue.ts";
import { parseJson } from "../json/parseJson.ts";
import { FHIR_ID, RESOURCE_TYPE } from "../resource.ts";
import { visitLinks, type Link } from "./references.ts";

export const BUNDLE_TYPES = [
  "transaction",
  "batch",
  "collection",
  "document",
  "searchset",
  "message",
  "history",
] as const;
export type BundleType = (typeof BUNDLE_TYPES)[number];

/** A resource whose numbers stand as they were written (`JsonNumber`). */
export type ExactResource = JsonObject & { readonly resourceType: string };

export interface BundleEntry {
  /** As given, urn:uuid and urn:oid in lower case; `null` when the entry has none. */
  readonly fullUrl: string | null;
  readonly resource: ExactResource;
}

export interface Bundle {
  readonly type: BundleType;
  readonly entries: readonly BundleEntry[];
}

const RELATIVE = /^[A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?(?:#.*)?$/;
const CONDITIONAL = /^[A-Z][A-Za-z]{0,63}\?./;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:./;
const INSIDE = /^urn:(?:uuid|oid):/i;

/** UUIDs and OIDs are compared without regard to letter case (RFC 9562 section 4, RFC 3061); addresses as they stand. */
export function linkKey(target: string): string {
  return INSIDE.test(target) ? target.toLowerCase() : target;
}

/**
 * Reads a FHIR R4 Bundle and checks what an import relies on. Linear in the length of the text.
 *
 * Throws
 * - `not-json`: see `parseJson`;
 * - `not-fhir`: the text is no object with a `resourceType`;
 * - `wrong-resource-type`: it is another resource than a Bundle, or a Bundle of an unknown type;
 * - `empty-bundle`: it has no entry;
 * - `bad-entry` with `meta.reason`: `entry`, `resource`, `resource-type`, `id`, `version`, `full-url`, `repeated-full-url`;
 * - `unresolvable-reference` with `meta.reason`: `inside` (a `urn:uuid:` or `urn:oid:` that no entry has as fullUrl),
 *   `contained` (`#id` without such a contained resource), `form` (no kind of reference that R4 knows).
 *
 * `Type/id`, `Type?query` and absolute addresses may lead outside. The errors carry the place as a path of element
 * names and indexes in `meta.path`, never a value.
 */
export function parseBundle(text: string | Uint8Array): Bundle {
  const root = parseJson(text);
  if (!isJsonObject(root) || typeof root["resourceType"] !== "string") {
    throw new AnamnesisError({
      code: "not-fhir",
      rule: "A FHIR resource is a JSON object with a resourceType.",
      fix: "Give a file that a FHIR R4 system exported as JSON.",
      meta: { path: "resourceType" },
    });
  }
  const type = BUNDLE_TYPES.find((known) => known === root["type"]);
  if (root["resourceType"] !== "Bundle" || type === undefined) {
    throw new AnamnesisError({
      code: "wrong-resource-type",
      rule: `The input must be a Bundle of type ${BUNDLE_TYPES.join(", ")}.`,
      fix: "Put single resources into a Bundle of type collection.",
      meta: { path: root["resourceType"] === "Bundle" ? "type" : "resourceType" },
    });
  }
  const items = root["entry"];
  if (items === undefined || (isJsonArray(items) && items.length === 0)) {
    throw new AnamnesisError({
      code: "empty-bundle",
      rule: "A Bundle to import has at least one entry.",
      fix: "Check the export: it found nothing.",
      meta: { path: "entry" },
    });
  }
  if (!isJsonArray(items)) throw badEntry("entry", "entry");
  const entries = items.map((item, i) => parseEntry(item, `entry[${i}]`));
  const inside = fullUrlsOf(type, entries);
  entries.forEach((entry, i) => {
    const contained = containedIds();
    visitLinks(entry.resource, `entry[${i}].resource`, (link) => checkLink(link, inside, contained));
  });
  return { type, entries };
}

function parseEntry(item: JsonValue, path: string): BundleEntry {
  if (!isJsonObject(item)) throw badEntry("entry", path);
  const { resource, fullUrl } = item;
  if (!isJsonObject(resource)) throw badEntry("resource", `${path}.resource`);
  const { resourceType, id, meta } = resource;
  if (typeof resourceType !== "string" || !RESOURCE_TYPE.test(resourceType)) {
    throw badEntry("resource-type", `${path}.resource.resourceType`);
  }
  if (!isFhirIdOrAbsent(id)) throw badEntry("id", `${path}.resource.id`);
  if (meta !== undefined && !(isJsonObject(meta) && isFhirIdOrAbsent(meta["versionId"]))) {
    throw badEntry("version", `${path}.resource.meta.versionId`);
  }
  if (fullUrl !== undefined && !(typeof fullUrl === "string" && ABSOLUTE.test(fullUrl))) {
    throw badEntry("full-url", `${path}.fullUrl`);
  }
  return {
    fullUrl: fullUrl === undefined ? null : linkKey(fullUrl),
    resource: resource as ExactResource,
  };
}

function isFhirIdOrAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || (typeof value === "string" && FHIR_ID.test(value));
}

/** A history and a search set may hold several versions of one resource; elsewhere a fullUrl names one entry (invariant bdl-7). */
function fullUrlsOf(type: BundleType, entries: readonly BundleEntry[]): ReadonlySet<string> {
  const inside = new Set<string>();
  entries.forEach(({ fullUrl }, i) => {
    if (fullUrl === null) return;
    if (inside.has(fullUrl) && type !== "history" && type !== "searchset") {
      throw badEntry("repeated-full-url", `entry[${i}].fullUrl`);
    }
    inside.add(fullUrl);
  });
  return inside;
}

/** Ids of a resource's contained resources; each resource is looked through once, however many references it has. */
function containedIds(): (scope: Link["scope"]) => ReadonlySet<unknown> {
  const known = new Map<Link["scope"], ReadonlySet<unknown>>();
  return (scope) => {
    let ids = known.get(scope);
    if (ids === undefined) {
      const contained = scope["contained"];
      ids = new Set(
        isJsonArray(contained) ? contained.map((item) => (isJsonObject(item) ? item["id"] : null)) : [],
      );
      known.set(scope, ids);
    }
    return ids;
  };
}

function checkLink(
  { kind, target, path, scope }: Link,
  inside: ReadonlySet<string>,
  contained: (scope: Link["scope"]) => ReadonlySet<unknown>,
): void {
  // A `url` may be the name of a code system or an extension, a urn:oid: among them: it promises nothing.
  if (kind === "url") return;
  if (INSIDE.test(target)) {
    if (!inside.has(linkKey(target))) throw unresolvable("inside", path);
  } else if (target.startsWith("#")) {
    // A bare `#` means the containing resource itself (R4, references, contained resources).
    if (target !== "#" && !contained(scope).has(target.slice(1))) throw unresolvable("contained", path);
  } else if (!RELATIVE.test(target) && !CONDITIONAL.test(target) && !ABSOLUTE.test(target)) {
    throw unresolvable("form", path);
  }
}

function badEntry(reason: string, path: string): AnamnesisError<"bad-entry"> {
  return new AnamnesisError({
    code: "bad-entry",
    rule: "Each entry of a Bundle holds one resource with a resourceType, and ids of 1 to 64 letters, digits, - and full stops.",
    fix: "Correct the entry at the path given. Deletions and bare requests cannot be imported: leave them out.",
    meta: { reason, path },
  });
}

function unresolvable(
  reason: "inside" | "contained" | "form",
  path: string,
): AnamnesisError<"unresolvable-reference"> {
  return new AnamnesisError({
    code: "unresolvable-reference",
    rule: "A reference by urn:uuid:, urn:oid: or # leads to a resource of the same Bundle; all others are Type/id or an address.",
    fix: "Export the Bundle with the resources that it refers to, or correct the reference at the path given.",
    meta: { reason, path },
  });
}
