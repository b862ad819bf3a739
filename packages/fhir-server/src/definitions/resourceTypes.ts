import data from "../../definitions/resourceTypes.json" with { type: "json" };

/** The names of R4's 146 types of resource, in the order of the alphabet. */
export const RESOURCE_TYPES: readonly string[] = data.types;

const KNOWN: ReadonlySet<string> = new Set(RESOURCE_TYPES);

/** These extend Resource and not DomainResource (FHIR R4, resource.html). */
const NOT_DOMAIN: ReadonlySet<string> = new Set(["Binary", "Bundle", "Parameters"]);

export function isResourceType(name: string): boolean {
  return KNOWN.has(name);
}

/** The types that a type extends, itself first. */
export function lineage(type: string): readonly string[] {
  return NOT_DOMAIN.has(type) ? [type, "Resource"] : [type, "DomainResource", "Resource"];
}
