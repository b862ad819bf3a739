import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import type { RecordId } from "@anamnesis/core/ids";
import type { Endorsers } from "@anamnesis/core/record/endorsement";
import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { attributesOf } from "@anamnesis/fhir/attributes";
import type { Resource } from "@anamnesis/fhir/resource";
import { FHIR_JSON } from "../corrections/proposedInstead.ts";
import type { ResourceToSeal, SealResult } from "../seal.ts";

/** What a person wrote, as it is sealed. The draft is its version: the same draft is written once. */
export function toSeal(
  resource: Resource,
  segmentKind: SegmentKind,
  draft: string,
  amends: string | null,
  endorsers: Endorsers | null = null,
): ResourceToSeal {
  return {
    segmentKind,
    attributes: attributesOf(resource),
    mediaType: FHIR_JSON,
    bytes: utf8ToBytes(JSON.stringify(resource)),
    source: { key: sourceKeyOf(resource), version: draft },
    ...(amends === null ? {} : { amends: amends as RecordId }),
    ...(endorsers === null ? {} : { endorsers }),
  };
}

/** By whom and where something was written by hand is no part of its name: it says where its id is from. */
export function sourceKeyOf(resource: Resource): string {
  return `portal|${resource.resourceType}/${String(resource["id"])}`;
}

/** The ids of what was sealed, in the order of what was to be, whether in this run or in one before. */
export function recordsOf(
  result: Pick<SealResult, "sealed" | "known">,
  resources: readonly ResourceToSeal[],
): readonly string[] {
  const found = new Map(
    [...result.sealed, ...result.known].map(({ source, record }) => [source?.key ?? "", record]),
  );
  return resources.map(({ source }) => found.get(source?.key ?? "") ?? "");
}
