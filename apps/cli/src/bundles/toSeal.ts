import type { Bundle } from "@anamnesis/fhir/bundle/parseBundle";
import { type ImportOptions, type ImportedResource, resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { encountersOf } from "@anamnesis/fhir/labelling/encountersOf";
import { kindsInContext } from "@anamnesis/fhir/labelling/kindsInContext";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { ResourceToSeal } from "@anamnesis/sdk/seal";

/** As the SDK seals it, its content in memory. */
export type ResourceInMemory = ResourceToSeal & { readonly bytes: Uint8Array };

/** A bundle's resources as the SDK seals them, each in the segment that its labels, its codes and the other resources of its Encounter ask for. */
export function toSeal(bundle: Bundle, options: ImportOptions): readonly ResourceInMemory[] {
  return described(bundle, options, (imported) => ({ bytes: imported.json() }));
}

/** `toSeal` with contents that are written as JSON only while they are sealed, piece by piece. */
export function toSealStreamed(bundle: Bundle, options: ImportOptions): readonly ResourceToSeal[] {
  return described(bundle, options, (imported) => ({ bytes: { open: imported.jsonPieces } }));
}

function described<T>(
  bundle: Bundle,
  options: ImportOptions,
  content: (imported: ImportedResource) => T,
): readonly (Omit<ResourceToSeal, "bytes"> & T)[] {
  const resources = resourcesOf(bundle, options);
  const kinds = kindsInContext(
    resources.map(({ resource, id }) => ({
      kind: segmentOf(resource),
      encounters: encountersOf(resource, id),
    })),
  );
  return resources.map((imported, i) => ({
    ...content(imported),
    segmentKind: kinds[i] ?? segmentOf(imported.resource),
    attributes: imported.attributes,
    mediaType: "application/fhir+json",
    source: { key: imported.sourceKey, version: imported.versionKey },
  }));
}
