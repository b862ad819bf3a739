import type { Resource } from "@anamnesis/fhir/resource";
import { elementOf, elementsOf, memberOf, membersOf } from "./readElement.ts";

/** Entered in error: R4 says that it should not be shown as part of the record. */
export function isVoid(resource: Resource): boolean {
  if (membersOf(resource, "status").includes("entered-in-error")) return true;
  const verification = elementOf(resource, "verificationStatus");
  return elementsOf(verification, "coding").some((coding) => memberOf(coding, "code") === "entered-in-error");
}
