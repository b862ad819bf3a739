import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "@anamnesis/fhir/json/jsonValue";
import type { SegmentKind } from "@anamnesis/core/segment/kind";

/**
 * Code system of the label in `meta.security` by which the server says in which segment it keeps a resource. It is the server's alone, and none of those that labelling reads: a
 * resource that is read and written back must not be held to what the server itself had said of its earlier content.
 */
export const SEGMENT_SYSTEM = "https://anamnesis.example/fhir/CodeSystem/segment";

/** The resource without any such label, whoever wrote it. */
export function withoutSegmentTag(resource: JsonObject): JsonObject {
  const { meta, ...rest } = resource;
  if (!isJsonObject(meta) || !isJsonArray(meta["security"])) return resource;
  const { security, ...others } = meta;
  const given = security.filter((label) => !isSegmentTag(label));
  const kept: JsonObject = given.length === 0 ? others : { ...others, security: given };
  return Object.keys(kept).length === 0 ? rest : { ...resource, meta: kept };
}

/** @param resource without the label. */
export function withSegmentTag(resource: JsonObject, kind: SegmentKind): JsonObject {
  const { meta } = resource;
  const given = isJsonObject(meta) ? meta : {};
  const security = isJsonArray(given["security"]) ? given["security"] : [];
  return {
    ...resource,
    meta: { ...given, security: [...security, { system: SEGMENT_SYSTEM, code: kind }] },
  };
}

function isSegmentTag(label: JsonValue): boolean {
  return isJsonObject(label) && label["system"] === SEGMENT_SYSTEM;
}
