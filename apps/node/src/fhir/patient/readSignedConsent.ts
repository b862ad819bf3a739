import { type Consent, consentCommitment, consentIdOf, consentSigner } from "@anamnesis/core/consent/consent";
import { grant, type Grant } from "@anamnesis/core/consent/grant";
import { verifyBy } from "@anamnesis/core/crypto/secp256k1";
import { isAnamnesisError } from "@anamnesis/core/errors";
import type { ConsentId } from "@anamnesis/core/ids";
import { intentDigest, type SignedIntent } from "@anamnesis/core/ledger/intents";
import { InvalidResource } from "@anamnesis/fhir-server/rest/requireValid";
import { forbidden } from "@anamnesis/fhir-server/errors/fhirError";
import {
  firstDifference,
  signedConsentToFhir,
  sourceOf,
  splitDelivery,
} from "@anamnesis/fhir/consent/signedConsent";
import type { JsonObject } from "@anamnesis/fhir/json/jsonValue";
import type { Resource } from "@anamnesis/fhir/resource";
import type { ProvenSegment } from "../../access/provenSegment.ts";
import type { PatientExchange } from "./patientExchange.ts";

/** A Consent whose every word is signed. */
export interface SignedConsent {
  readonly id: ConsentId;
  readonly consent: Consent;
  readonly segment: ProvenSegment;
  readonly registration: SignedIntent;
  readonly grant: Grant | null;
  /** As it is kept: without id, meta and what came along, and without status. */
  readonly resource: JsonObject;
}

const STATUSES: readonly unknown[] = ["active", "proposed"];

/**
 * Holds a posted Consent against the document that its owner signed: the document is mapped to FHIR, and the two have to say the same, element for element. Nothing of the resource
 * counts that the signature does not cover, but `dateTime`; `id` and `meta` are the server's.
 *
 * Throws `fhir-invalid` with the place; `fhir-forbidden` for a segment that this login did not prove, whether there is one or not.
 */
export function readSignedConsent(
  { context, patient }: Pick<PatientExchange, "context" | "patient">,
  given: JsonObject,
): SignedConsent {
  const { id: _id, meta: _meta, status, ...posted } = given;
  const { identity } = context.ledger;
  const { resource, delivery } = refusing(() => splitDelivery(posted as Resource));
  const consent = refusing(() => sourceOf(resource));
  const { body } = consent;
  const segment = patient.segments.find((one) => one.segment === body.segment);
  if (segment === undefined) throw forbidden();
  if (!STATUSES.includes(status))
    throw invalid("Consent.status", "A Consent is posted as active or proposed.");
  const { dateTime = null } = resource;
  if (dateTime !== null && typeof dateTime !== "string") throw differs("Consent.dateTime");
  const { status: _active, ...expected } = refusing(() =>
    signedConsentToFhir(consent, { organisation: context.organisation, dateTime }),
  );
  const place = firstDifference(expected, resource, "Consent");
  if (place !== null) throw differs(place);
  if (consentSigner(identity, consent) !== segment.owner) {
    throw invalid("Consent.sourceAttachment", "The document is signed by the present owner of its segment.");
  }
  const commitment = consentCommitment(identity, body);
  const intent = { type: "RegisterConsent", commitment, revoker: body.revoker } as const;
  if (!verifyBy(intentDigest(identity, intent), delivery.registration, body.revoker)) {
    throw invalid("Consent.extension", "The registration is signed by the consent's revoker.");
  }
  return {
    id: consentIdOf(identity, body.revoker, commitment),
    consent,
    segment,
    registration: { intent, signatures: [delivery.registration] },
    grant: delivery.grant === null ? null : grantFor(consent, delivery.grant),
    resource: expected as JsonObject,
  };
}

function grantFor({ body }: Consent, bytes: Uint8Array): Grant {
  const value = refusing(() => grant.decode(bytes));
  if (value.grantee === body.grantee && value.keyCard === body.granteeKeys) return value;
  throw invalid("Consent.extension", "The grant is sealed to the grantee of the consent and its key card.");
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isAnamnesisError(error)) throw error;
    const { path } = error.meta;
    throw invalid(
      typeof path === "string" ? path : "Consent.sourceAttachment",
      error.code === "not-representable"
        ? `${error.rule} ${error.fix}`
        : "The document is an encoded consent of this project (docs/formats.md).",
    );
  }
}

function differs(expression: string): InvalidResource {
  return invalid(
    expression,
    "A Consent says exactly what its signed document says: here it says more, less or something else. Make it with the SDK, or as docs/fhir.md describes.",
  );
}

export function invalid(expression: string, diagnostics: string): InvalidResource {
  return new InvalidResource([{ severity: "error", code: "invariant", expression, diagnostics }]);
}
