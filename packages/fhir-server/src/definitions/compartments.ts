import data from "../../definitions/compartments.json" with { type: "json" };

type Members = Readonly<Record<string, readonly string[]>>;

const COMPARTMENTS: ReadonlyMap<string, Members> = new Map(
  Object.entries(data.compartments as Readonly<Record<string, Members>>),
);

/**
 * Codes of the reference parameters that put a resource of `type` into a compartment, such as `Patient` (FHIR R4,
 * compartmentdefinition.html): it is in its owner's when one of them leads to the owner. None when the type is not in the
 * compartment, or there is no such compartment.
 *
 * The owner itself belongs to its compartment without any parameter: what R4 writes as `{def}` is left out here, and of patients it
 * names `link` alone.
 */
export function compartmentParameters(compartment: string, type: string): readonly string[] {
  const members = COMPARTMENTS.get(compartment);
  if (members === undefined || !Object.hasOwn(members, type)) return [];
  return (members[type] ?? []).filter((code) => code !== "{def}");
}

/** The types that a compartment can hold besides its owner. */
export function compartmentTypes(compartment: string): readonly string[] {
  return Object.keys(COMPARTMENTS.get(compartment) ?? {});
}
