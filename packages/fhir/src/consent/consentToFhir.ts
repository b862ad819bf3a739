import type { ConsentBody } from "@anamnesis/core/consent/consent";
import type { Exception, Terms } from "@anamnesis/core/consent/terms";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { Day, UnixSeconds } from "@anamnesis/core/ids";
import type { Resource } from "../resource.ts";
import {
  ACTION_CODES,
  ACTION_SYSTEM,
  BINDING_URL,
  CATEGORY,
  type ConsentEnvelope,
  type ConsentProposal,
  type FhirReference,
  FIRST_DAY,
  GRANTEE_SYSTEM,
  LAST_DAY,
  notRepresentable,
  PURPOSE_SYSTEM,
  RECIPIENT,
  SCOPE,
  SECONDS_PER_DAY,
  SEGMENT_SYSTEM,
  TYPE_SYSTEM,
} from "./consentElements.ts";

type Element = Readonly<Record<string, unknown>>;

/**
 * A consent as a FHIR R4 Consent in the manner of IHE PCF: a base provision that permits, its exceptions as provisions that
 * deny, and an extension with what makes it the signed document. `consentFromFhir` gives the very same body back.
 *
 * PCF leaves out `action` and `class`; they are here because a consent of ours has them. What PCF demands beside (dateTime,
 * performer, organization, source, policy) is the envelope's.
 *
 * Throws `not-representable` with `meta.path` for a day or time that FHIR cannot write (years 1 to 9999) and for `*` beside
 * other resource types.
 */
export function consentToFhir(body: ConsentBody, envelope: ConsentEnvelope = {}): Resource {
  const display = body.granteeName === "" ? {} : { display: body.granteeName };
  return {
    ...resource("active", referenceTo(SEGMENT_SYSTEM, body.segment), envelope),
    extension: [
      {
        url: BINDING_URL,
        extension: [
          { url: "granteeKeys", valueString: body.granteeKeys },
          { url: "salt", valueString: toHex(body.salt) },
          { url: "revoker", valueString: body.revoker },
        ],
      },
    ],
    provision: baseProvision({ ...referenceTo(GRANTEE_SYSTEM, body.grantee), ...display }, body),
  };
}

/** A proposal as the Consent that it was read from. Throws as `consentToFhir`. */
export function proposalToFhir(proposal: ConsentProposal, envelope: ConsentEnvelope = {}): Resource {
  const { status, patient, grantee, terms } = proposal;
  return { ...resource(status, patient, envelope), provision: baseProvision(grantee, terms) };
}

function resource(status: string, patient: FhirReference, envelope: ConsentEnvelope): Resource {
  return {
    ...envelope,
    resourceType: "Consent",
    status,
    scope: { coding: [SCOPE] },
    category: [{ coding: [CATEGORY] }],
    patient,
  };
}

function referenceTo(system: string, value: string): FhirReference {
  return { identifier: { system, value } };
}

function baseProvision(grantee: FhirReference, terms: Terms): Element {
  const { resourceTypes, exceptions } = terms;
  const all = resourceTypes.includes("*");
  if (all && resourceTypes.length > 1) {
    throw notRepresentable("Consent.provision.class", "either every resource type or a list of some");
  }
  return {
    type: "permit",
    period: {
      start: instant(terms.notBefore, "Consent.provision.period.start"),
      end: instant(terms.notAfter, "Consent.provision.period.end"),
    },
    actor: [{ role: { coding: [RECIPIENT] }, reference: grantee }],
    ...dimensions({ ...terms, resourceTypes: all ? [] : resourceTypes }, "Consent.provision"),
    ...(exceptions.length === 0
      ? {}
      : {
          provision: exceptions.map((exception, i) => ({
            type: "deny",
            ...dimensions(exception, `Consent.provision.provision[${i}]`),
          })),
        }),
  };
}

/** What is absent is no limit. */
function dimensions(value: Exception, path: string): Element {
  const { resourceTypes, actions, purposes, dataFrom, dataTo } = value;
  const start = dataFrom === null ? {} : { start: date(dataFrom, `${path}.dataPeriod.start`) };
  const end = dataTo === null ? {} : { end: date(dataTo, `${path}.dataPeriod.end`) };
  const coded = (system: string, codes: readonly string[]) => codes.map((code) => ({ system, code }));
  return {
    ...(actions.length === 0
      ? {}
      : { action: actions.map((name) => ({ coding: coded(ACTION_SYSTEM, [ACTION_CODES[name]]) })) }),
    ...(purposes.length === 0 ? {} : { purpose: coded(PURPOSE_SYSTEM, purposes) }),
    ...(resourceTypes.length === 0 ? {} : { class: coded(TYPE_SYSTEM, resourceTypes) }),
    ...(dataFrom === null && dataTo === null ? {} : { dataPeriod: { ...start, ...end } }),
  };
}

function date(day: Day, path: string): string {
  if (day < FIRST_DAY || day > LAST_DAY) throw notRepresentable(path, "a day of the years 1 to 9999");
  return new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);
}

function instant(time: UnixSeconds, path: string): string {
  if (time >= (LAST_DAY + 1) * SECONDS_PER_DAY) throw notRepresentable(path, "a time before the year 10000");
  return `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;
}
