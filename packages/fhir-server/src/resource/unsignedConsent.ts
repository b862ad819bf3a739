import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";

/**
 * A Consent as it may stand here: one that nobody signed is a proposal, whatever its writer says of it (FHIR R4, consent-state-codes). What permits anything is a consent that the patient signed and
 * the ledger has; no resource of this server does.
 */
export function unsignedConsent(type: string, resource: JsonObject): JsonObject {
  return type === "Consent" && resource["status"] === "active"
    ? { ...resource, status: "proposed" }
    : resource;
}
