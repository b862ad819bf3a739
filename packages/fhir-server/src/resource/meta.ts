import { isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";

/** An instant (FHIR R4, datatypes) of milliseconds since 1970. */
export function instantOf(at: number): string {
  return new Date(at).toISOString();
}

/** Weak, since the same version may be written in another form (FHIR R4, http.html#concurrency). */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** The resource as this version of it is kept: type, id and the server's part of `meta` first, whatever the writer gave for them. */
export function stamped(
  resource: JsonObject,
  type: string,
  id: string,
  version: number,
  at: number,
): JsonObject {
  const { resourceType: _type, id: _id, meta, ...rest } = resource;
  const given: Readonly<Record<string, JsonValue>> = isJsonObject(meta) ? meta : {};
  const { versionId: _version, lastUpdated: _updated, ...kept } = given;
  return {
    resourceType: type,
    id,
    meta: { versionId: String(version), lastUpdated: instantOf(at), ...kept },
    ...rest,
  };
}
