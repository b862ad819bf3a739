import { isObject, valuesAt, type Resource } from "../resource.ts";

/**
 * What the importer remembers of organisations, practitioners and places, so that the same one in many bundles is one.
 *
 * - `lookup` MUST return the id that `remember` was given for this key, `null` for an unknown key.
 * - `remember` is called once for a key; the caller keeps it for good, together with the import it came from.
 * - Keys are `Type|system|value`; ids are FHIR ids.
 */
export interface Identities {
  lookup(key: string): string | null;
  remember(key: string, id: string): void;
}

/** Identities that live as long as the process: for tests and for the import of one set of files. */
export function memoryIdentities(): Identities {
  const ids = new Map<string, string>();
  return { lookup: (key) => ids.get(key) ?? null, remember: (key, id) => void ids.set(key, id) };
}

/**
 * Types that stand for something outside the patient's record and that every export repeats. Patients are not among
 * them: a person is bound to a record face to face, never by an identifier in a file. Devices neither: a UDI without
 * a serial number names a model.
 */
const MATCHED_TYPES: ReadonlySet<string> = new Set([
  "Organization",
  "Practitioner",
  "PractitionerRole",
  "Location",
  "HealthcareService",
]);

/** `Type|system|value` for each identifier in use, sorted so that their order in the file says nothing. */
export function identityKeysOf(resource: Resource): readonly string[] {
  if (!MATCHED_TYPES.has(resource.resourceType)) return [];
  const keys = valuesAt(resource, "identifier").flatMap((identifier) => {
    if (!isObject(identifier)) return [];
    const { system, value, use } = identifier;
    // A withdrawn identifier may have been given to somebody else since.
    if (typeof system !== "string" || typeof value !== "string" || use === "old" || use === "temp") return [];
    return system === "" || value === "" ? [] : [`${resource.resourceType}|${system}|${value}`];
  });
  return [...new Set(keys)].sort();
}

/** The key that a conditional reference `Type?identifier=system|value` asks for, `null` for other queries. */
export function identityKeyOfQuery(target: string): string | null {
  const match = /^([A-Z][A-Za-z]{0,63})\?identifier=([^&|]+)\|([^&|]+)$/.exec(target);
  if (match === null || !MATCHED_TYPES.has(match[1] as string)) return null;
  try {
    return `${match[1]}|${decodeURIComponent(match[2] as string)}|${decodeURIComponent(match[3] as string)}`;
  } catch {
    return null;
  }
}
