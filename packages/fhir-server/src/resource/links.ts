import { visitLinks } from "@anamnesis/fhir/bundle/references";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";

/** A resource of this server that a Reference names by `Type/id`, with or without a version. */
export interface Link {
  readonly type: string;
  readonly id: string;
}

const RELATIVE = /^([A-Z][A-Za-z]{0,63})\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** What a Reference's text names here; `null` for anything elsewhere: an absolute URL, a fragment, a URN. */
export function linkOf(reference: string): Link | null {
  const match = RELATIVE.exec(reference);
  return match === null ? null : { type: match[1] ?? "", id: match[2] ?? "" };
}

export function linkText({ type, id }: Link): string {
  return `${type}/${id}`;
}

/** All links of a resource, each once, wherever a Reference stands: in extensions and contained resources too. */
export function linksOf(resource: JsonObject): readonly Link[] {
  const found = new Map<string, Link>();
  visitLinks(resource, "resource", ({ kind, target }) => {
    const link = kind === "reference" ? linkOf(target) : null;
    if (link !== null) found.set(linkText(link), link);
  });
  return [...found.values()];
}
