import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { parseJson } from "@anamnesis/fhir/json/parseJson";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import type { Queryable } from "@anamnesis/core/ports/database";
import { type Access, AUDIT_TYPE } from "../access/access.ts";
import { type Link, linksOf, linkText } from "../resource/links.ts";
import { ABSENT, withoutLinks } from "../resource/withoutLinks.ts";
import { hiddenLinks, visibleLinks } from "../store/readVersion.ts";

interface Shown {
  readonly row: number;
  readonly content: string | null;
}

/**
 * The texts of some current versions as this reader may see them: a Reference to what is not there for the reader, because it is hidden, was deleted or never was, is left
 * out with all that it says, its `display` and `identifier` too. Most resources have none, and go out as they are kept.
 */
export async function showCurrent(
  db: Queryable,
  access: Access,
  shown: readonly Shown[],
): Promise<readonly string[]> {
  const hidden = await hiddenLinks(
    db,
    access,
    shown.map(({ row }) => row),
  );
  return shown.map(({ row, content }) => {
    const links = hidden.get(row);
    return links === undefined ? (content ?? "") : without(content ?? "{}", links);
  });
}

/** The same of versions of the past, whose links are read from their texts; asked where there are none too, as of current ones. */
export async function showPast(
  db: Queryable,
  access: Access,
  contents: readonly (string | null)[],
): Promise<readonly (string | null)[]> {
  if (contents.length === 0) return [];
  const linked = contents.map((text) => (text === null ? [] : linksOfShown(parseJson(text) as JsonObject)));
  const visible = await visibleLinks(db, access, linked.flat());
  return contents.map((text, i) => {
    const hidden = (linked[i] ?? []).map(linkText).filter((link) => !visible.has(link));
    return text === null || hidden.length === 0 ? text : without(text, new Set(hidden));
  });
}

/** As the links of current versions are kept: an AuditEvent has none that are held against its reader. */
function linksOfShown(resource: JsonObject): readonly Link[] {
  return resource["resourceType"] === AUDIT_TYPE ? [] : linksOf(resource);
}

function without(text: string, hidden: ReadonlySet<string>): string {
  return writeJson(withoutLinks(parseJson(text) as JsonObject, hidden, ABSENT));
}
