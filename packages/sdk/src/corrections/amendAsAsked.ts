import { standingRoutes } from "@anamnesis/api/routes/standing";
import { utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { RecordId } from "@anamnesis/core/ids";
import { attributesOf } from "@anamnesis/fhir/attributes";
import type { JsonValue } from "@anamnesis/fhir/json/jsonValue";
import { writeJson } from "@anamnesis/fhir/json/writeJson";
import { segmentOf } from "@anamnesis/fhir/labelling/segmentOf";
import { strictest } from "@anamnesis/fhir/labelling/sensitivity";
import type { Resource } from "@anamnesis/fhir/resource";
import { writeAmendmentReason } from "@anamnesis/fhir/write/amendmentReason";
import { admissionFor } from "../admissionFor.ts";
import { endorsersNamed } from "../endorsersNamed.ts";
import type { ImportJournal } from "../journal.ts";
import { actorOf } from "../keys/actorKeys.ts";
import { askerOf } from "../requests/askAccess.ts";
import { type ResourceToSeal, sealResources } from "../seal.ts";
import type { CorrectionQueueParameters, WaitingCorrection } from "./correctionQueue.ts";
import { FHIR_JSON } from "./proposedInstead.ts";

export interface AmendAsAskedParameters extends CorrectionQueueParameters {
  readonly correction: WaitingCorrection;
  /** What takes the record's place: the author's own word, whatever was proposed. */
  readonly corrected: Resource;
  /** Why, as readers are told: that the patient asked for it. */
  readonly reason: string;
  /** The same one for a repetition, which then writes nothing twice. */
  readonly journal: ImportJournal;
}

/**
 * Writes what takes the place of a record whose owner asked for it, as every amendment is written: sealed by these keys under the organisation's permit, with a Provenance that says why, and for the same co-signatures as before. Gives its id.
 *
 * Throws `already-amended`, `not-permitted` when the organisation may not write there now, `other-area` for what belongs into a stricter segment, `bad-writing`, and what `sealResources` throws.
 */
export async function amendAsAsked(parameters: AmendAsAskedParameters): Promise<RecordId> {
  const { runtime, consortium, keys, node, correction, corrected, reason, journal } = parameters;
  const { identity, committee, members } = consortium;
  const { organisation } = askerOf(keys);
  const { kind } = correction.opening;
  if (strictest([segmentOf(corrected), kind]) !== kind) throw otherArea();
  const admission = await admissionFor({
    runtime,
    identity,
    node,
    organisation,
    openings: [correction.opening],
  });
  if (admission === null) throw notPermitted();
  const { record, id } = correction;
  const why = writeAmendmentReason({
    id: `${id.slice(2, 34)}-why`,
    time: new Date(runtime.now() * 1000).toISOString(),
    patient: { reference: null, record: null },
    author: {
      actor: actorOf(keys),
      name: keys.card.name,
      organisation: members.get(organisation)?.name ?? organisation,
    },
    target: corrected,
    earlier: record,
    reason,
  });
  const endorsers = await endorsersNamed(node, record);
  const seal = (resource: Resource): ResourceToSeal => ({
    segmentKind: kind,
    attributes: attributesOf(resource),
    mediaType: FHIR_JSON,
    bytes: utf8ToBytes(writeJson(resource as JsonValue)),
    source: { key: keyOf(resource), version: id },
  });
  const successor = { ...seal(corrected), amends: record, ...(endorsers === null ? {} : { endorsers }) };
  if ((await journal.find(keyOf(corrected), id)) === null) {
    const { standings } = await node.call(standingRoutes.recordStandings, {}, { records: [record] });
    if (standings[0]?.amended === true) throw alreadyAmended();
  }
  const { sealed, known } = await sealResources({
    runtime,
    identity,
    node,
    device: keys,
    organisation,
    admission,
    committee,
    resources: [successor, seal(why)],
    journal,
  });
  const found = [...sealed, ...known].find(({ source }) => source?.key === keyOf(corrected));
  return (found as NonNullable<typeof found>).record;
}

function keyOf(resource: Resource): string {
  return `correction|${resource.resourceType}/${String(resource["id"])}`;
}

function alreadyAmended(): AnamnesisError<"already-amended"> {
  return new AnamnesisError({
    code: "already-amended",
    rule: "A record is amended once; what took its place is amended next.",
    fix: "Look at what took its place, and answer that it is corrected, or decline.",
  });
}

function notPermitted(): AnamnesisError<"not-permitted"> {
  return new AnamnesisError({
    code: "not-permitted",
    rule: "An organisation writes where the patient lets it, until a date.",
    fix: "Ask the patient to let your organisation add to their records again, or decline and say so.",
  });
}

function otherArea(): AnamnesisError<"other-area"> {
  return new AnamnesisError({
    code: "other-area",
    rule: "A correction stays in the area of what it corrects.",
    fix: "Write it anew in the other area, and correct the old one to say where it is.",
  });
}
