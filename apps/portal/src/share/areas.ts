/** Kinds of records in plain words, and the FHIR resource types behind them. What is in none of them is shared with everything alone. */
export const AREAS = {
  laboratory: ["DiagnosticReport", "Observation", "Specimen"],
  medicines: [
    "AllergyIntolerance",
    "Immunization",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
  ],
  visits: ["CarePlan", "CareTeam", "Condition", "Encounter", "Goal", "Procedure", "ServiceRequest"],
  documents: ["Binary", "DocumentReference", "ImagingStudy", "Media"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Area = keyof typeof AREAS;
export const AREA_NAMES = Object.keys(AREAS) as readonly Area[];

/** A chart without a name helps nobody: whatever is shared, the Patient resource goes along. */
const ALWAYS = "Patient";

/** `["*"]` when all areas are chosen with everything else. */
export function typesOf(areas: ReadonlySet<Area>, everything: boolean): readonly string[] {
  if (everything) return ["*"];
  return [
    ...new Set([ALWAYS, ...AREA_NAMES.filter((area) => areas.has(area)).flatMap((area) => AREAS[area])]),
  ].sort();
}

/** The areas that these types make up; `null` for types that no choice of areas gives. */
export function areasOf(types: readonly string[]): ReadonlySet<Area> | "everything" | null {
  if (types.includes("*")) return "everything";
  const areas = new Set(AREA_NAMES.filter((area) => AREAS[area].every((type) => types.includes(type))));
  const made = typesOf(areas, false);
  return types.every((type) => made.includes(type)) ? areas : null;
}
