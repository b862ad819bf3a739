import type { SegmentKind } from "@anamnesis/core/segment/kind";
import { isObject, valuesAt, type Resource } from "../resource.ts";
import { labelsOf } from "./labelsOf.ts";
import { SEGMENT_OF_SENSITIVITY, strictest } from "./sensitivity.ts";

/** v3-ObservationValue, SecurityIntegrityProvenance: asserted or reported by the patient. */
const PATIENT_PROVENANCE: ReadonlySet<string> = new Set(["PATAST", "PATRPT"]);

/**
 * The segment that a resource belongs to: its source's sensitivity label, else what its codes stand for, else
 * `personal` when the patient asserted it, else `general`. Of several the strictest. Never `emergency`: what stands in
 * the summary is the patient's choice, since its key lies with the committee too.
 */
export function segmentOf(resource: Resource): SegmentKind {
  const kinds = labelsOf(resource).flatMap((label) => SEGMENT_OF_SENSITIVITY.get(label) ?? []);
  return strictest(isFromPatient(resource) ? [...kinds, "personal"] : kinds);
}

function isFromPatient(resource: Resource): boolean {
  return valuesAt(resource, "meta.security").some(
    (coding) =>
      isObject(coding) &&
      coding["system"] === "http://terminology.hl7.org/CodeSystem/v3-ObservationValue" &&
      typeof coding["code"] === "string" &&
      PATIENT_PROVENANCE.has(coding["code"]),
  );
}
