import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Bundle } from "@anamnesis/fhir/bundle/parseBundle";
import { type ImportOptions, type ImportedResource, resourcesOf } from "@anamnesis/fhir/bundle/resources";
import { encountersOf } from "@anamnesis/fhir/labelling/encountersOf";
import { kindsInContext } from "@anamnesis/fhir/labelling/kindsInContext";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import type { ResourceToSeal } from "@anamnesis/sdk/seal";

/** As the SDK seals it, its content in memory. */
export type ResourceInMemory = ResourceToSeal & { readonly bytes: Uint8Array };

/** The segment in which a resource that is not of the bundle is kept, by its source key; `null`: nobody knows. */
export type KeptIn = (sourceKey: string) => SegmentKind | null;

/**
 * A bundle's resources as the SDK seals them, each in the segment that its labels, its codes and the other resources of its Encounter ask for, in whatever order they stand.
 * @param keptIn what is known of Encounters of which the bundle has not everything; nothing by default.
 */
export function toSeal(
  bundle: Bundle,
  options: ImportOptions,
  keptIn: KeptIn = () => null,
): readonly ResourceInMemory[] {
  const resources = resourcesOf(bundle, options);
  return described(resources, options.system, keptIn, (imported) => ({ bytes: imported.json() }));
}

/**
 * `toSeal` of what `resourcesOf` gave for all bundles of a run, since an Encounter can be spread over several, with contents that are written as JSON only while they are sealed, piece by piece.
 * @param system of all of them.
 */
export function toSealStreamed(
  resources: readonly ImportedResource[],
  system: string,
  keptIn: KeptIn,
): readonly ResourceToSeal[] {
  return described(resources, system, keptIn, (imported) => ({ bytes: { open: imported.jsonPieces } }));
}

function described<T>(
  resources: readonly ImportedResource[],
  system: string,
  keptIn: KeptIn,
  content: (imported: ImportedResource) => T,
): readonly (Omit<ResourceToSeal, "bytes"> & T)[] {
  const own = resources.map(({ resource, id }) => ({
    kind: segmentOf(resource),
    encounters: encountersOf(resource, id),
  }));
  // An Encounter is kept by the strictest of what belongs to it, so it speaks for all of that.
  const kept = [...new Set(own.flatMap(({ encounters }) => encounters))].flatMap((id) => {
    const kind = keptIn(`${system}|Encounter/${id}`);
    return kind === null ? [] : [{ kind, encounters: [id] }];
  });
  const kinds = kindsInContext([...own, ...kept]);
  return resources.map((imported, i) => ({
    ...content(imported),
    segmentKind: kinds[i] ?? segmentOf(imported.resource),
    attributes: imported.attributes,
    mediaType: "application/fhir+json",
    source: { key: imported.sourceKey, version: imported.versionKey },
  }));
}
