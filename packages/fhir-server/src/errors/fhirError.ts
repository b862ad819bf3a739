import { AnamnesisError, type ErrorMeta } from "@anamnesis/core/errors";

/** HTTP status and IssueType (FHIR R4, valueset-issue-type) of what the server refuses. */
const REFUSALS = {
  "fhir-bad-value": { status: 400, issue: "value" },
  "fhir-not-supported": { status: 400, issue: "not-supported" },
  "fhir-unknown-parameter": { status: 400, issue: "not-found" },
  "fhir-malformed": { status: 400, issue: "structure" },
  "fhir-no-such-route": { status: 404, issue: "not-supported" },
  "fhir-not-found": { status: 404, issue: "not-found" },
  "fhir-method": { status: 405, issue: "not-supported" },
  "fhir-not-acceptable": { status: 406, issue: "not-supported" },
  "fhir-conflict": { status: 409, issue: "conflict" },
  "fhir-gone": { status: 410, issue: "deleted" },
  "fhir-version": { status: 412, issue: "conflict" },
  "fhir-multiple": { status: 412, issue: "multiple-matches" },
  "fhir-media-type": { status: 415, issue: "not-supported" },
  "fhir-invalid": { status: 422, issue: "invalid" },
  "fhir-dangling": { status: 422, issue: "not-found" },
  "fhir-forbidden": { status: 403, issue: "forbidden" },
  "fhir-bad-scope": { status: 400, issue: "value" },
  "fhir-unauthorised": { status: 401, issue: "login" },
  "not-json": { status: 400, issue: "structure" },
} as const;

export type FhirErrorCode = keyof typeof REFUSALS;

export function refusalOf(code: string): { readonly status: number; readonly issue: string } | null {
  return Object.hasOwn(REFUSALS, code) ? REFUSALS[code as FhirErrorCode] : null;
}

export function fhirError<Code extends FhirErrorCode>(
  code: Code,
  rule: string,
  fix: string,
  meta?: ErrorMeta,
): AnamnesisError<Code> {
  return new AnamnesisError({ code, rule, fix, meta });
}

/** There is none, or none for who asks: nobody can tell which. */
export function notFound(): AnamnesisError<"fhir-not-found"> {
  return fhirError(
    "fhir-not-found",
    "What is read is there, and the patient's consent or the organisation's policy permits it.",
    "Check type and id; ask the patient for a consent.",
  );
}

export function forbidden(): AnamnesisError<"fhir-forbidden"> {
  return fhirError(
    "fhir-forbidden",
    "Who writes has a role that may write this type and sensitivity.",
    "Ask the administrator of your organisation; what another organisation wrote is changed by it alone.",
  );
}
