import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { RecordId } from "@anamnesis/core/ids";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { attributesOf } from "@anamnesis/fhir/attributes";
import type { Resource } from "@anamnesis/fhir/resource";
import type { ResourceToSeal, SealResult } from "@anamnesis/sdk/seal";
import type { OpenedItem } from "../protocol.ts";

const MEDIA_TYPE = "application/fhir+json";

/** As the SDK seals it. The draft is its version: the same draft is written once. */
export function toSeal(
  resource: Resource,
  segmentKind: SegmentKind,
  draft: string,
  amends: string | null,
  endorsers: Endorsers | null = null,
): ResourceToSeal {
  const key = `portal|${resource.resourceType}/${String(resource["id"])}`;
  return {
    segmentKind,
    attributes: attributesOf(resource),
    mediaType: MEDIA_TYPE,
    bytes: utf8ToBytes(JSON.stringify(resource)),
    source: { key, version: draft },
    ...(amends === null ? {} : { amends: amends as RecordId }),
    ...(endorsers === null ? {} : { endorsers }),
  };
}

/** The ids of what was sealed, in the order of what was to be, whether in this run or in one before. */
export function recordsOf(result: SealResult, resources: readonly ResourceToSeal[]): readonly string[] {
  const found = new Map(
    [...result.sealed, ...result.known].map(({ source, record }) => [source?.key ?? "", record]),
  );
  return resources.map(({ source }) => found.get(source?.key ?? "") ?? "");
}

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
    mediaType: MEDIA_TYPE,
    resource,
    bytes: null,
    amends: i === 0 ? common.amends : null,
    attributes: attributesOf(resource),
    cosign: i === 0 ? (common.cosign ?? null) : null,
    proof: null,
  }));
}
