import { isAnamnesisError } from "@anamnesis/core/errors";
import { fhirError } from "@anamnesis/fhir-server/errors/fhirError";

/** What a header holds that is a token (RFC 6750, section 2.1), of a length that tokens have here. */
const BEARER = /^Bearer +([A-Za-z0-9_-]{20,128})$/i;

/** @param reason of RFC 6750, section 3.1; `null`: no token came, and nothing is said of one. */
export function unauthorised(
  reason: "invalid_token" | null,
): ReturnType<typeof fhirError<"fhir-unauthorised">> {
  return fhirError(
    "fhir-unauthorised",
    "Who asks has a token of this node that is good now: not expired or revoked, its client registered, its actor active.",
    "Get a token at the token endpoint that /fhir/.well-known/smart-configuration names.",
    reason === null ? {} : { reason },
  );
}

/** The token of an `Authorization` header. Throws `fhir-unauthorised`. */
export function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthorised(null);
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthorised("invalid_token");
  return token;
}

/** `WWW-Authenticate` for a refusal (RFC 6750, section 3); `null` for an error that is none. */
export function challengeOf(error: unknown): string | null {
  if (!isAnamnesisError(error) || error.code !== "fhir-unauthorised") return null;
  const { reason } = error.meta;
  return `Bearer realm="fhir"${typeof reason === "string" ? `, error="${reason}"` : ""}`;
}
