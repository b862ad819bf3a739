import type { Bundle } from "@anamnesis/fhir/bundle/parseBundle";
import { type ImportOptions, type ImportedResource, resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { ResourceToSeal } from "@anamnesis/sdk/seal";

/** A bundle's resources as the SDK seals them, each in the segment that its labels and codes ask for. */
export function toSeal(bundle: Bundle, options: ImportOptions): readonly ResourceToSeal[] {
  return resourcesOf(bundle, options).map(resourceToSeal);
}

function resourceToSeal(imported: ImportedResource): ResourceToSeal {
  return {
    segmentKind: segmentOf(imported.resource),
    attributes: imported.attributes,
    mediaType: "application/fhir+json",
    bytes: imported.json,
    source: { key: imported.sourceKey, version: imported.versionKey },
  };
}
