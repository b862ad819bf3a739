import { AnamnesisError } from "@anamnesis/core/errors";
import type { Action, Terms } from "@anamnesis/core/consent/terms";

/** Where this project's extensions and identifiers are named; nothing has to answer there. */
export const OWN = "https://anamnesis.example/fhir";

/** What makes a Consent the very document that is signed: salt, revoker and the grantee's key card. */
export const BINDING_URL = `${OWN}/StructureDefinition/consent-binding`;
/** The ids of segments and grantees, `0x` and 64 hexadecimal digits. */
export const SEGMENT_SYSTEM = `${OWN}/NamingSystem/segment`;
export const GRANTEE_SYSTEM = `${OWN}/NamingSystem/grantee`;

export const PURPOSE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
export const TYPE_SYSTEM = "http://hl7.org/fhir/resource-types";
export const ACTION_SYSTEM = "http://terminology.hl7.org/CodeSystem/consentaction";

/** Codes that every Consent of ours has, those of IHE PCF. */
export const SCOPE = {
  system: "http://terminology.hl7.org/CodeSystem/consentscope",
  code: "patient-privacy",
} as const;
export const CATEGORY = { system: "http://loinc.org", code: "59284-0" } as const;
export const RECIPIENT = {
  system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
  code: "IRCP",
} as const;

export const ACTION_CODES: Readonly<Record<Action, string>> = { read: "access", reshare: "disclose" };

/** Elements that say who wrote the Consent down, where and when, and nothing about what it permits: kept as they are. */
export const ENVELOPE_ELEMENTS = [
  "id",
  "meta",
  "language",
  "text",
  "identifier",
  "dateTime",
  "performer",
  "organization",
  "sourceAttachment",
  "sourceReference",
  "policy",
] as const;
export type ConsentEnvelope = { readonly [E in (typeof ENVELOPE_ELEMENTS)[number]]?: unknown };

/** A FHIR Reference, kept as it stands. */
export type FhirReference = Readonly<Record<string, unknown>>;

export const PROPOSAL_STATUS = ["draft", "proposed", "active"] as const;

/** What a Consent of another system asks for: nothing is signed, and patient and grantee are that system's. */
export interface ConsentProposal {
  readonly status: (typeof PROPOSAL_STATUS)[number];
  readonly patient: FhirReference;
  readonly grantee: FhirReference;
  readonly terms: Terms;
}

/** @param path FHIRPath of the place, of names and indexes that are no one's data. */
export function notRepresentable(path: string, expected: string): AnamnesisError<"not-representable"> {
  return new AnamnesisError({
    code: "not-representable",
    rule: `A consent is mapped whole or not at all; here it needs ${expected}.`,
    fix: "Say it in what both can say (docs/formats.md), or leave it out on purpose.",
    meta: { path },
  });
}

export const SECONDS_PER_DAY = 86_400;
/** Days from 0001-01-01 to 9999-12-31, which FHIR can write. */
export const FIRST_DAY = -719_162;
export const LAST_DAY = 2_932_896;
