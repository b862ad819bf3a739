import type { DataKind } from "../meaning/areas.ts";

/** The lists of a chart: the FHIR types that they are made of, and the kind of data under which a patient shares these. */
export const LISTS = {
  allergies: { types: ["AllergyIntolerance"], area: "medicines" },
  problems: { types: ["Condition"], area: "visits" },
  medicines: { types: ["MedicationRequest", "MedicationStatement"], area: "medicines" },
  results: { types: ["DiagnosticReport", "Observation"], area: "laboratory" },
  vaccines: { types: ["Immunization"], area: "visits" },
  documents: { types: ["Composition", "DocumentReference", "ImagingStudy", "Media"], area: "documents" },
} as const satisfies Readonly<Record<string, { readonly types: readonly string[]; readonly area: DataKind }>>;

export type ListName = keyof typeof LISTS;
