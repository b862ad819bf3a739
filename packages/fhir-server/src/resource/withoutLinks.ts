import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { isRequired } from "../definitions/requiredElements.ts";
import { linkOf, linkText } from "./links.ts";

/** What stands in the place of a Reference that has to be there (FHIR R4, extension-data-absent-reason). */
export const ABSENT: JsonObject = {
  extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
};

/**
 * A resource without its References to some resources of this server, with all that these say, their `display` and `identifier` too.
 * @param links as `Type/id`.
 * @param absent for a Reference that has to be there.
 */
export function withoutLinks(
  resource: JsonObject,
  links: ReadonlySet<string>,
  absent: JsonObject,
): JsonObject {
  const type = typeof resource["resourceType"] === "string" ? resource["resourceType"] : "";
  return (strip(resource, type, { links, absent }) ?? resource) as JsonObject;
}

interface Left {
  readonly links: ReadonlySet<string>;
  readonly absent: JsonObject;
}

/** `null`: nothing is left. */
function strip(value: JsonValue, path: string, left: Left): JsonValue | null {
  if (isJsonArray(value)) {
    const items = value.flatMap((item) => strip(item, path, left) ?? []);
    return items.length === 0 && value.length > 0 ? null : items;
  }
  if (!isJsonObject(value)) return value;
  const { reference } = value;
  const link = typeof reference === "string" ? linkOf(reference) : null;
  if (link !== null && left.links.has(linkText(link))) return null;
  const kept: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const next = strip(member, `${path}.${name}`, left);
    if (next !== null) kept[name] = next;
    else if (isExtensionValue(path, name)) return null;
    else if (isRequired(`${path}.${name}`)) {
      // An element of a list that cannot be without it goes as a whole; the resource itself stays.
      if (path.includes(".")) return null;
      kept[name] = isJsonArray(member) ? [left.absent] : left.absent;
    }
  }
  return kept;
}

/** An extension is its value: without it nothing of it is left. */
function isExtensionValue(path: string, name: string): boolean {
  return /\.(?:modifierE|e)xtension$/.test(path) && name.startsWith("value");
}
