import type { Purpose } from "@anamnesis/core/consent/terms";
import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";
import type { FhirRequest } from "@anamnesis/fhir-server/rest/exchange";
import type { FhirRequester } from "./requester.ts";

/** No standard names a header for it: IHE IUA and SMART have the purpose in the token. */
export const PURPOSE_HEADER = "x-purpose-of-use";
const SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason|";

/**
 * Why this one request is made: what its header says, of the purposes that the token is for; the token's first without one. It chooses and never adds. Throws `fhir-forbidden`.
 */
export function purposeOf(
  { purpose, purposes }: Pick<FhirRequester, "purpose" | "purposes">,
  { headers }: Pick<FhirRequest, "headers">,
): Purpose {
  const asked = headers[PURPOSE_HEADER];
  if (asked === undefined) return purpose;
  const code = asked.startsWith(SYSTEM) ? asked.slice(SYSTEM.length) : asked;
  const found = purposes.find((one) => one === code);
  if (found !== undefined) return found;
  throw fhirError(
    "fhir-forbidden",
    "A request is for one purpose of use that its token has (v3-ActReason).",
    "Ask for a token with this purpose, or leave the header out.",
  );
}
