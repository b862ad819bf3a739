import { attributesOf } from "@anamnesis/fhir/attributes";
import { isJsonObject, type JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import type { Attributes } from "../access/access.ts";

/**
 * What access looks at in a resource that the organisation writes itself: its sensitivity, the stricter one of what its labels say and what its codes stand for, so that no client
 * loosens by a label; and its clinical period.
 */
export function attributesForOwn(type: string, resource: JsonObject): Attributes {
  const labelled = { ...resource, resourceType: type };
  const { from, to } = attributesOf(labelled);
  const kind = strictest([segmentOf(labelled), segmentOf({ ...unlabelled(resource), resourceType: type })]);
  return { type, origin: "own", kind, segment: null, days: { from, to } };
}

/** As its codes alone would have it. */
export function unlabelled(resource: JsonObject): JsonObject {
  const { meta } = resource;
  if (!isJsonObject(meta) || meta["security"] === undefined) return resource;
  const { security: _security, ...others } = meta;
  return { ...resource, meta: others };
}
