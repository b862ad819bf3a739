import { fromBase64, toBase64 } from "@anamnesis/core/audit/checkpointKey";
import { consent, type Consent } from "@anamnesis/core/consent/consent";
import type { OrganisationId } from "@anamnesis/core/ids";
import { isObject, type Resource } from "../resource.ts";
import { notRepresentable, OWN, SEGMENT_SYSTEM } from "./consentElements.ts";
import { consentToFhir } from "./consentToFhir.ts";

/** Media type of the signed document in `sourceAttachment`: an encoded `consent` (docs/formats.md). */
export const SIGNED_MEDIA_TYPE = "application/cbor";
/** The one policy under which such a Consent stands: what its document, signed by the segment's owner, says and nothing else. */
export const SIGNED_POLICY = `${OWN}/consent-policy/signed`;
export const ORGANISATION_SYSTEM = `${OWN}/NamingSystem/organisation`;
/** What a Consent brings for ledger and grantee besides; it is taken out and not kept with it. */
export const DELIVERY_URL = `${OWN}/StructureDefinition/consent-delivery`;

/** What goes along with a signed Consent. */
export interface ConsentDelivery {
  /** The revoker's signature (65 bytes) over the intent `RegisterConsent`. */
  readonly registration: Uint8Array;
  /** An encoded `grant`: the segment's key, sealed to the grantee; `null`: it goes to the grantee's node by itself. */
  readonly grant: Uint8Array | null;
}

/**
 * A signed consent as the one FHIR R4 Consent that says what it says: the mapping of its body, and the signed document itself as the Consent's source (IHE PCF). `dateTime` is when the
 * app wrote it down, the one element that is not signed.
 *
 * Throws what `consentToFhir` throws.
 * @param organisation at whose node it is kept.
 */
export function signedConsentToFhir(
  value: Consent,
  { organisation, dateTime }: { readonly organisation: OrganisationId; readonly dateTime: string | null },
): Resource {
  const patient = { identifier: { system: SEGMENT_SYSTEM, value: value.body.segment } };
  return consentToFhir(value.body, {
    ...(dateTime === null ? {} : { dateTime }),
    performer: [patient],
    organization: [{ identifier: { system: ORGANISATION_SYSTEM, value: organisation } }],
    sourceAttachment: { contentType: SIGNED_MEDIA_TYPE, data: toBase64(consent.encode(value)) },
    policy: [{ uri: SIGNED_POLICY }],
  });
}

/** The resource with what goes along with it. */
export function withDelivery(resource: Resource, { registration, grant }: ConsentDelivery): Resource {
  const parts = [
    { url: "registration", valueBase64Binary: toBase64(registration) },
    ...(grant === null ? [] : [{ url: "grant", valueBase64Binary: toBase64(grant) }]),
  ];
  const { extension } = resource;
  return {
    ...resource,
    extension: [
      ...(Array.isArray(extension) ? (extension as unknown[]) : []),
      { url: DELIVERY_URL, extension: parts },
    ],
  };
}

/**
 * The signed document that a Consent has as its source; nothing of the rest of the resource is looked at. Throws `not-representable` with `meta.path`, and what the
 * document's decoder throws.
 */
export function sourceOf(resource: Resource): Consent {
  const path = "Consent.sourceAttachment";
  const attachment = resource["sourceAttachment"];
  if (!isObject(attachment) || attachment["contentType"] !== SIGNED_MEDIA_TYPE) {
    throw notRepresentable(path, "the signed document, application/cbor, as its source");
  }
  const { data } = attachment;
  return consent.decode(base64Of(data, `${path}.data`));
}

/** The resource without its delivery, and that. Throws `not-representable` with `meta.path`. */
export function splitDelivery(resource: Resource): {
  readonly resource: Resource;
  readonly delivery: ConsentDelivery;
} {
  const path = "Consent.extension";
  const all: readonly unknown[] = Array.isArray(resource["extension"]) ? resource["extension"] : [];
  const isDelivery = (one: unknown): boolean => isObject(one) && one["url"] === DELIVERY_URL;
  const [found, ...more] = all.filter(isDelivery);
  if (!isObject(found) || more.length > 0) throw notRepresentable(path, `one extension ${DELIVERY_URL}`);
  const parts: readonly unknown[] = Array.isArray(found["extension"]) ? found["extension"] : [];
  const known = new Map<unknown, unknown>();
  for (const part of parts) if (isObject(part)) known.set(part["url"], part["valueBase64Binary"]);
  const isWhole =
    Object.keys(found).length === 2 &&
    known.size === parts.length &&
    [...known.keys()].every((url) => url === "registration" || url === "grant") &&
    parts.every((part) => isObject(part) && Object.keys(part).length === 2);
  if (!isWhole) throw notRepresentable(path, "a registration and at most one grant in it, and nothing else");
  const grant = known.get("grant");
  return {
    resource: { ...resource, extension: all.filter((one) => !isDelivery(one)) },
    delivery: {
      registration: base64Of(known.get("registration"), `${path}.extension`),
      grant: grant === undefined ? null : base64Of(grant, `${path}.extension`),
    },
  };
}

function base64Of(value: unknown, path: string): Uint8Array {
  const bytes = typeof value === "string" ? fromBase64(value) : null;
  if (bytes === null) throw notRepresentable(path, "base64 with padding");
  return bytes;
}

/**
 * Where two JSON values first differ, as a FHIRPath of names of the expected one, so that it repeats nothing of what was given; `null`: they say the same.
 */
export function firstDifference(expected: unknown, given: unknown, path: string): string | null {
  if (Array.isArray(expected)) {
    if (!Array.isArray(given) || given.length !== expected.length) return path;
    for (const [i, item] of expected.entries()) {
      const found = firstDifference(item, given[i], `${path}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (!isObject(expected)) return expected === given ? null : path;
  if (!isObject(given)) return path;
  if (Object.keys(given).some((name) => !Object.hasOwn(expected, name))) return path;
  for (const [name, item] of Object.entries(expected)) {
    if (!Object.hasOwn(given, name)) return `${path}.${name}`;
    const found = firstDifference(item, given[name], `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
