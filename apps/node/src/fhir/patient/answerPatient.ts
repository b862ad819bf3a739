import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import { outOfScope } from "@anamnesis/fhir-server/access/scopes";
import type { FhirAnswer, FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import { outcomeOf } from "@anamnesis/fhir-server/rest/outcome";
import { readAuditEvent, searchAuditEvents } from "./auditEvents.ts";
import { readConsent, searchConsents } from "./consents.ts";
import { postConsent } from "./postConsent.ts";
import type { PatientExchange } from "./patientExchange.ts";

/**
 * Answers a patient. These routes are all that there are for one, whatever a token says, and none of them leads into the organisation's searches: what is not named here is not permitted.
 */
export async function answerPatient(exchange: PatientExchange, request: FhirRequest): Promise<FhirAnswer> {
  try {
    return await route(exchange, request);
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === null) throw error;
    return outcome;
  }
}

async function route(exchange: PatientExchange, request: FhirRequest): Promise<FhirAnswer> {
  const { method, path } = request;
  const [type = "", id, ...more] = path.split("/");
  if (more.length > 0) throw outOfScope();
  if (type === "AuditEvent") {
    if (method !== "GET") throw wrongMethod();
    return id === undefined ? searchAuditEvents(exchange, request) : readAuditEvent(exchange, id);
  }
  if (type !== "Consent") throw outOfScope();
  if (method === "POST" && id === undefined) return postConsent(exchange, request);
  if (method !== "GET") throw wrongMethod();
  return id === undefined ? searchConsents(exchange, request) : readConsent(exchange, id);
}

function wrongMethod(): ReturnType<typeof fhirError<"fhir-method">> {
  return fhirError(
    "fhir-method",
    "A patient's login reads and searches, and posts signed Consents.",
    "See docs/fhir.md; a consent is revoked with its key, at the custodians.",
  );
}
