import type { Resource } from "@anamnesis/fhir/resource";
import { specimenIn } from "./analyteOf.ts";
import type { Chart } from "./chartOf.ts";
import { conceptOf, hasCode, LOINC, lookUp } from "./conceptOf.ts";
import { elementOf } from "./readElement.ts";
import { LOINC_NAMES, PANEL_SPECIMENS, type Specimen } from "./tables/loinc.ts";

/** SNOMED CT and HL7 v2 table 0487. */
const SPECIMEN_CODES: ReadonlyMap<Specimen, readonly string[]> = new Map([
  ["blood", ["119297000", "119364003", "119361006", "122555007", "BLD", "SER", "PLAS", "WB"]],
  ["urine", ["122575003", "UR", "URC"]],
  ["stool", ["119339001", "STL"]],
]);

/** What was examined, as far as an observation or a report says it. */
export function specimenOf(resource: Resource, chart: Chart): Specimen | null {
  const code = conceptOf(elementOf(resource, "code"));
  const known = lookUp(code, LOINC_NAMES, LOINC)?.specimen ?? lookUp(code, PANEL_SPECIMENS, LOINC);
  if (known !== null && known !== undefined && known !== "none") return known;
  const specimen = chart.resolve(elementOf(resource, "specimen"), resource);
  const type = conceptOf(elementOf(specimen, "type"));
  for (const [kind, codes] of SPECIMEN_CODES) if (hasCode(type, ...codes)) return kind;
  return specimenIn(code.text ?? "");
}
