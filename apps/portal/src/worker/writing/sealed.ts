import { attributesOf } from "@anamnesis/fhir/attributes";
import type { Resource } from "@anamnesis/fhir/resource";
import { FHIR_JSON } from "@anamnesis/sdk/corrections/proposedInstead";
import type { OpenedItem } from "../protocol.ts";

/** What was written, as if it had been opened. */
export function asOpened(
  resources: readonly Resource[],
  records: readonly string[],
  common: Pick<OpenedItem, "kind" | "organisation" | "organisationName" | "day" | "byOwner" | "author"> & {
    readonly amends: string | null;
    /** Who is to sign the first of them too. */
    readonly cosign?: OpenedItem["cosign"];
  },
): readonly OpenedItem[] {
  return resources.map((resource, i) => ({
    ...common,
    record: records[i] ?? "",
    mediaType: FHIR_JSON,
    resource,
    bytes: null,
    amends: i === 0 ? common.amends : null,
    attributes: attributesOf(resource),
    cosign: i === 0 ? (common.cosign ?? null) : null,
    proof: null,
  }));
}
