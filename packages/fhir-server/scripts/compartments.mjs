import { readBundle } from "./readSource.mjs";

/** For each compartment, the types in it with the codes of the search parameters that lead to its owner; `{def}` is the owner itself. */
export function compartments() {
  const definitions = readBundle("profiles-resources").filter(
    ({ resourceType }) => resourceType === "CompartmentDefinition",
  );
  return Object.fromEntries(
    definitions
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, resource }) => [
        code,
        Object.fromEntries(
          resource.filter(({ param }) => param !== undefined).map(({ code: type, param }) => [type, param]),
        ),
      ]),
  );
}
