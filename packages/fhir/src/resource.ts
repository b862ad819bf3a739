/**
 * A FHIR R4 resource as far as this package looks at it: parsed with `parseJson` (numbers kept exactly) or with
 * `JSON.parse`, both are read alike.
 */
export interface Resource {
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

/** FHIR R4 datatypes, id: 1 to 64 of A-Z a-z 0-9 - and full stop. */
export const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** The form of every R4 resource type's name. */
export const RESOURCE_TYPE = /^[A-Z][A-Za-z]{0,63}$/;

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values at a dotted path of element names; every array on the way is entered. */
export function valuesAt(value: unknown, path: string): readonly unknown[] {
  let found: readonly unknown[] = [value];
  for (const name of path.split(".")) {
    found = found.flatMap((item) => (isObject(item) && Object.hasOwn(item, name) ? item[name] : [])).flat();
  }
  return found;
}
