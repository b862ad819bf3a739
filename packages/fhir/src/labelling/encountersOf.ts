import { FHIR_ID, isObject, type Resource, valuesAt } from "../resource.ts";

/**
 * Where R4 names the Encounter during which something was done or written: `encounter` of most types, `context` of what medication and charges are, `context.encounter` of a
 * DocumentReference, `item.encounter` of claims and what was paid on them. `Encounter.partOf` is none: a visit during a stay is an Encounter of its own.
 */
const ENCOUNTER_ELEMENTS = ["encounter", "context", "context.encounter", "item.encounter"] as const;

/** Ids of the Encounters to which a resource with this id belongs, by relative references, each once; an Encounter belongs to itself. */
export function encountersOf(resource: Resource, id: string): readonly string[] {
  const named = ENCOUNTER_ELEMENTS.flatMap((path) => valuesAt(resource, path)).flatMap((value) => {
    const reference = isObject(value) ? value["reference"] : undefined;
    const [type, target = ""] = typeof reference === "string" ? reference.split("/") : [];
    return type === "Encounter" && FHIR_ID.test(target) ? [target] : [];
  });
  return [...new Set(resource.resourceType === "Encounter" ? [id, ...named] : named)];
}
