import { attributesOf } from "@anamnesis/fhir/attributes";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { Attributes } from "../access/access.ts";

/** What access looks at in a resource that the organisation writes itself: its sensitivity from labels and codes, its clinical period. */
export function attributesForOwn(type: string, resource: JsonObject): Attributes {
  const labelled = { ...resource, resourceType: type };
  const { from, to } = attributesOf(labelled);
  return { type, origin: "own", kind: segmentOf(labelled), segment: null, days: { from, to } };
}
