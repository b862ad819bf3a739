import type { OpenedRecord } from "../openedRecord.ts";

type Part = Readonly<Record<string, unknown>>;

export type Given = Part & { readonly resourceType: string };

export function opened(...resources: readonly Given[]): readonly OpenedRecord[] {
  return resources.map((resource) => ({ resource }));
}

export function loinc(code: string, display?: string): Part {
  return { coding: [{ system: "http://loinc.org", code, ...(display === undefined ? {} : { display }) }] };
}

export function snomed(code: string, display?: string): Part {
  return {
    coding: [{ system: "http://snomed.info/sct", code, ...(display === undefined ? {} : { display }) }],
  };
}

export function quantity(value: number, unit: string): Part {
  return { value, unit, system: "http://unitsofmeasure.org", code: unit };
}

export const LABORATORY = [
  { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] },
];
export const VITAL_SIGNS = [
  { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "vital-signs" }] },
];

export function interpretation(code: string): Part {
  return { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code }] };
}

/** A potassium of a laboratory, usual from 3.5 to 5.1. */
export function potassium(
  id: string,
  value: number,
  when: string,
): Part & { readonly resourceType: "Observation" } {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    category: LABORATORY,
    code: loinc("6298-4", "Potassium [Moles/volume] in Blood"),
    effectiveDateTime: when,
    valueQuantity: quantity(value, "mmol/L"),
    referenceRange: [{ low: quantity(3.5, "mmol/L"), high: quantity(5.1, "mmol/L") }],
  };
}
