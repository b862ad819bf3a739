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
 * A bundle's resources as the SDK seals them, each in the segment that its labels, its codes and the other resources of its Encounter ask for.
 * @param keptIn what is known of Encounters that the bundle names alone; nothing by default.
 */
export function toSeal(
  bundle: Bundle,
  options: ImportOptions,
  keptIn: KeptIn = () => null,
): readonly ResourceInMemory[] {
  return described(bundle, options, keptIn, (imported) => ({ bytes: imported.json() }));
}

/** `toSeal` with contents that are written as JSON only while they are sealed, piece by piece. */
export function toSealStreamed(bundle: Bundle, options: ImportOptions): readonly ResourceToSeal[] {
  return described(
    bundle,
    options,
    () => null,
    (imported) => ({ bytes: { open: imported.jsonPieces } }),
  );
}

function described<T>(
  bundle: Bundle,
  options: ImportOptions,
  keptIn: KeptIn,
  content: (imported: ImportedResource) => T,
): readonly (Omit<ResourceToSeal, "bytes"> & T)[] {
  const resources = resourcesOf(bundle, options);
  const own = resources.map(({ resource, id }) => ({
    kind: segmentOf(resource),
    encounters: encountersOf(resource, id),
  }));
  // An Encounter is kept by the strictest of what belongs to it, so it speaks for all of that.
  const kept = [...new Set(own.flatMap(({ encounters }) => encounters))].flatMap((id) => {
    const kind = keptIn(`${options.system}|Encounter/${id}`);
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
