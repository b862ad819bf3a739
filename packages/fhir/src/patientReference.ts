import { isObject, type Resource } from "./resource.ts";

/** R4 names the patient by one of these elements, whatever the type (compartment definition: Patient). */
const PATIENT_ELEMENTS = ["subject", "patient", "beneficiary", "for"] as const;

/** `Patient/id` when a resource with this id is a patient or names its patient by a relative reference, else `null`. */
export function patientReferenceOf(resource: Resource, id: string): string | null {
  if (resource.resourceType === "Patient") return `Patient/${id}`;
  for (const element of PATIENT_ELEMENTS) {
    const value = resource[element];
    const reference = isObject(value) ? value["reference"] : undefined;
    if (typeof reference === "string" && /^Patient\/[A-Za-z0-9\-.]{1,64}$/.test(reference)) return reference;
  }
  return null;
}
