import type { JsonValue } from "../json/jsonValue.ts";
import { isJsonArray, isJsonObject, setMember } from "../json/jsonValue.ts";

/** A place in a resource where a link to another resource stands. */
export interface Link {
  /** `reference`: Reference.reference, which must lead somewhere; `url`: Attachment.url, which may be any address. */
  readonly kind: "reference" | "url";
  readonly target: string;
  /** Element names and indexes only, such as `resource.performer[0].reference`. */
  readonly path: string;
  /** The innermost resource that is not contained: `#id` means one of its `contained`. */
  readonly scope: { readonly [name: string]: JsonValue };
}

/** A name of the input is only repeated when it has an element's form: a broken file may have a person's name there. */
function safeName(name: string): string {
  return /^_?[a-z][A-Za-z0-9]{0,40}$/.test(name) ? name : "?";
}

/**
 * A Reference's `reference` and an Attachment's `url` are the only strings that are links. A resource's own `url`
 * (code systems, value sets) is its name, which stays.
 */
function linkKind(holder: { readonly [name: string]: JsonValue }, name: string): Link["kind"] | null {
  if (name === "reference") return name;
  return name === "url" && holder["resourceType"] === undefined ? name : null;
}

/** An entry that is itself a Bundle (a document in a search set) is a closed world: its links are its own. */
function isNestedBundle(value: JsonValue): boolean {
  return isJsonObject(value) && value["resourceType"] === "Bundle";
}

/** Calls `visit` for every link of a resource, in the order of the text. */
export function visitLinks(resource: JsonValue, path: string, visit: (link: Link) => void): void {
  if (isJsonObject(resource) && !isNestedBundle(resource)) walk(resource, path, resource, visit);
}

function walk(value: JsonValue, path: string, scope: Link["scope"], visit: (link: Link) => void): void {
  if (isJsonArray(value)) {
    value.forEach((item, i) => walk(item, `${path}[${i}]`, scope, visit));
    return;
  }
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    const member = value[name] as JsonValue;
    const kind = linkKind(value, name);
    if (typeof member === "string") {
      if (kind !== null) visit({ kind, target: member, path: `${path}.${name}`, scope });
    } else if (name === "resource" && isJsonObject(member) && typeof member["resourceType"] === "string") {
      visitLinks(member, `${path}.${name}`, visit);
    } else {
      walk(member, `${path}.${safeName(name)}`, scope, visit);
    }
  }
}

/** The same resource with `rewrite` applied to the text of every link (`null`: leave it). Shares what did not change. */
export function rewriteLinks(
  value: JsonValue,
  rewrite: (kind: Link["kind"], target: string) => string | null,
): JsonValue {
  if (isNestedBundle(value)) return value;
  if (isJsonArray(value)) {
    const items = value.map((item) => rewriteLinks(item, rewrite));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  let copy: Record<string, JsonValue> | null = null;
  for (const name of Object.keys(value)) {
    const member = value[name] as JsonValue;
    const kind = linkKind(value, name);
    const next =
      typeof member === "string"
        ? kind === null
          ? member
          : (rewrite(kind, member) ?? member)
        : rewriteLinks(member, rewrite);
    if (next === member) continue;
    copy ??= { ...value };
    setMember(copy, name, next);
  }
  return copy ?? value;
}
