import type { Purpose } from "@anamnesis/core/consent/terms";
import type { ActorId } from "@anamnesis/core/ids";

/** All that a patient's login may give a program: who looked, and consents. */
export const PATIENT_SCOPES = ["patient/AuditEvent.rs", "patient/Consent.crs"] as const;

/** A program that may ask at `/fhir`, as the node's configuration registers it. */
export interface FhirClient {
  readonly clientId: string;
  /** For people, on the login page. */
  readonly name: string;
  /** Public keys (RFC 7517), RSA or P-384, with which it signs its assertions; each with its `kid`. */
  readonly jwks: readonly JsonWebKey[];
  /** Role of the base policy under which it asks. */
  readonly role: string;
  /** On whose behalf it asks when nobody logs in; `null`: of the organisation's own system. */
  readonly actor: ActorId | null;
  /** Why it may ask; the first where a request for a token says nothing. */
  readonly purposes: readonly Purpose[];
  /** SMART 2 scopes, the most that a token of it has. */
  readonly scopes: readonly string[];
  /** Where people come back to after the login; none: nobody logs in. */
  readonly redirectUris: readonly string[];
}

/** A public key as a JWK, with the members that RSA and P-384 have. */
export interface JsonWebKey {
  readonly kid: string;
  readonly kty: "RSA" | "EC";
  readonly [member: string]: string;
}
