import type { Bundle } from "@anamnesis/fhir/bundle/parseBundle";
import { type ImportOptions, type ImportedResource, resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { ResourceToSeal } from "@anamnesis/sdk/seal";

/** As the SDK seals it, its content in memory. */
export type ResourceInMemory = ResourceToSeal & { readonly bytes: Uint8Array };

/** A bundle's resources as the SDK seals them, each in the segment that its labels and codes ask for. */
export function toSeal(bundle: Bundle, options: ImportOptions): readonly ResourceInMemory[] {
  return resourcesOf(bundle, options).map((imported) => ({ ...described(imported), bytes: imported.json() }));
}

/** `toSeal` with contents that are written as JSON only while they are sealed, piece by piece. */
export function toSealStreamed(bundle: Bundle, options: ImportOptions): readonly ResourceToSeal[] {
  return resourcesOf(bundle, options).map((imported) => ({
    ...described(imported),
    bytes: { open: imported.jsonPieces },
  }));
}

function described(imported: ImportedResource): Omit<ResourceToSeal, "bytes"> {
  return {
    segmentKind: segmentOf(imported.resource),
    attributes: imported.attributes,
    mediaType: "application/fhir+json",
    source: { key: imported.sourceKey, version: imported.versionKey },
  };
}
