import type { SegmentKind } from "@anamnesis/core/segment/kind";
import type { SensitiveKind } from "./entry.ts";

/** Kinds of data as a person chooses them when sharing. */
export const DATA_KINDS = ["laboratory", "medicines", "visits", "documents", "own"] as const;
export type DataKind = (typeof DATA_KINDS)[number];

export interface DataArea {
  /** FHIR R4 resource types; `["*"]` for all of the segment. */
  readonly resourceTypes: readonly string[];
  /** The segment that a consent for it is about. */
  readonly segment: SegmentKind;
}

/**
 * What a consent to each kind of data has to name. Observation is one type for blood tests and for what is measured at a visit, DiagnosticReport for
 * those of laboratories and of examinations: a consent cannot permit the one without the other, and its words name both. Types that no kind's words
 * would make a person think of (illnesses in the family, bills) are in none.
 */
export const DATA_AREAS: Readonly<Record<DataKind, DataArea>> = {
  laboratory: { segment: "general", resourceTypes: ["DiagnosticReport", "Observation", "Specimen"] },
  medicines: {
    segment: "general",
    resourceTypes: [
      "AllergyIntolerance",
      "Medication",
      "MedicationAdministration",
      "MedicationDispense",
      "MedicationRequest",
      "MedicationStatement",
    ],
  },
  visits: {
    segment: "general",
    resourceTypes: [
      "CarePlan",
      "CareTeam",
      "ClinicalImpression",
      "Condition",
      "Encounter",
      "EpisodeOfCare",
      "Goal",
      "Immunization",
      "ImmunizationRecommendation",
      "Procedure",
      "ServiceRequest",
    ],
  },
  documents: {
    segment: "general",
    resourceTypes: [
      "Binary",
      "Composition",
      "DocumentReference",
      "ImagingStudy",
      "Media",
      "QuestionnaireResponse",
    ],
  },
  own: { segment: "personal", resourceTypes: ["*"] },
};

/** The sensitive areas in the order in which they are offered. */
export const SENSITIVE_AREAS: readonly SensitiveKind[] = [
  "mental-health",
  "substance-use",
  "sexual-reproductive",
  "genetic",
  "violence",
];

/** The segments and resource types that consents to these kinds and sensitive areas name: one consent for each segment. */
export function segmentsOf(
  kinds: readonly DataKind[],
  sensitive: readonly SensitiveKind[],
): ReadonlyMap<SegmentKind, readonly string[]> {
  const found = new Map<SegmentKind, readonly string[]>();
  for (const kind of kinds) {
    const { segment, resourceTypes } = DATA_AREAS[kind];
    found.set(segment, [...new Set([...(found.get(segment) ?? []), ...resourceTypes])].toSorted());
  }
  // A sensitive area is opened as a whole: which of its types are inside would tell what is inside.
  for (const kind of sensitive) found.set(kind, ["*"]);
  return found;
}
