import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { Resource } from "@anamnesis/fhir/resource";

/** One FHIR R4 resource of the patient, as it was opened: parsed with `parseJson` or `JSON.parse`, both are read alike. */
export interface OpenedRecord {
  /** Id of the sealed record, by which its proof is found; absent for a resource that came another way. */
  readonly record?: string | undefined;
  readonly resource: Resource;
  /** Who wrote it, and alone may amend it: a name without spaces for each organisation, another one for the patient. What names none is all of one author. */
  readonly author?: string | undefined;
  /** That organisation's name in the directory, to show; absent for what the patient wrote. */
  readonly authorName?: string | undefined;
  /** Id of the record that this one amends, from its wrap. */
  readonly amends?: string | undefined;
  /** Its author has retracted it: it is shown nowhere. */
  readonly retracted?: boolean | undefined;
  /** Kind of the segment that it was opened from; without it the resource's labels and codes say. */
  readonly kind?: SegmentKind | undefined;
}
