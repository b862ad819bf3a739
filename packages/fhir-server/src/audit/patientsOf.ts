import { isJsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { linksOf } from "../resource/links.ts";

/**
 * Ids of the patients of this server whom a resource is about: a Patient itself, else every Patient that it refers to, whatever the element. Who reads it
 * has read of each of them. Of a Bundle those of its entries.
 */
export function patientsOf(resource: JsonValue | undefined): readonly string[] {
  const found = new Set<string>();
  collect(resource, found);
  return [...found];
}

function collect(resource: JsonValue | undefined, found: Set<string>): void {
  if (resource === undefined || !isJsonObject(resource)) return;
  const { resourceType, id, entry } = resource;
  if (resourceType === "Patient" && typeof id === "string") found.add(id);
  if (resourceType === "Bundle" && Array.isArray(entry)) {
    for (const one of entry as readonly JsonValue[]) if (isJsonObject(one)) collect(one["resource"], found);
    return;
  }
  for (const link of linksOf(resource)) if (link.type === "Patient") found.add(link.id);
}
