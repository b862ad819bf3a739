import type { ConsentBody } from "@anamnesis/core/consent/consent";
import {
  type Action,
  ACTIONS,
  type Exception,
  MAX_EXCEPTIONS,
  MAX_RESOURCE_TYPES,
  type Purpose,
  PURPOSES,
  type Terms,
} from "@anamnesis/core/consent/terms";
import { fromHex } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import {
  type ActorId,
  type Address,
  type Day,
  type Digest,
  type Hash32,
  type Hex,
  parseUnixSeconds,
  type SegmentId,
  type UnixSeconds,
} from "@anamnesis/core/ids";
import { daysOfDateTime } from "../period.ts";
import { isObject, RESOURCE_TYPE } from "../resource.ts";
import {
  ACTION_CODES,
  ACTION_SYSTEM,
  BINDING_URL,
  CATEGORY,
  type ConsentEnvelope,
  type ConsentProposal,
  ENVELOPE_ELEMENTS,
  type FhirReference,
  GRANTEE_SYSTEM,
  notRepresentable,
  PROPOSAL_STATUS,
  PURPOSE_SYSTEM,
  RECIPIENT,
  SCOPE,
  SECONDS_PER_DAY,
  SEGMENT_SYSTEM,
  TYPE_SYSTEM,
} from "./consentElements.ts";

export type ConsentDocument =
  /** It carries our binding: the very body whose digest is signed and registered. */
  | { readonly kind: "consent"; readonly body: ConsentBody; readonly envelope: ConsentEnvelope }
  | { readonly kind: "proposal"; readonly proposal: ConsentProposal; readonly envelope: ConsentEnvelope };

type Element = Readonly<Record<string, unknown>>;

/**
 * Reads a FHIR R4 Consent in the manner of IHE PCF. What cannot be represented is refused with its place and never
 * dropped: elements, codes and values that are not listed here, references to data, unknown extensions, provisions within
 * the exceptions. Only the `display` beside a known code is not kept: it repeats the code in words.
 *
 * Absent elements of a base provision are no limit in FHIR. Without `class` and `dataPeriod` that is every resource type
 * and any period; without `action` it is `read` alone, since PCF, which leaves it out, is about access; `actor`, `purpose`
 * and `period` have to be there.
 *
 * Throws `wrong-resource-type`, and `not-representable` with `meta.path`, the FHIRPath of the place: names of elements of
 * Consent and indexes, never a value.
 */
export function consentFromFhir(resource: unknown): ConsentDocument {
  if (!isObject(resource) || resource["resourceType"] !== "Consent") {
    throw new AnamnesisError({
      code: "wrong-resource-type",
      rule: "Here a FHIR R4 Consent is expected.",
      fix: "Give one Consent, not a Bundle or another resource.",
    });
  }
  const path = "Consent";
  only(resource, path, [
    "resourceType",
    "status",
    "scope",
    "category",
    "patient",
    "extension",
    "provision",
    ...ENVELOPE_ELEMENTS,
  ]);
  const kept = ENVELOPE_ELEMENTS.filter((name) => Object.hasOwn(resource, name));
  const envelope: ConsentEnvelope = Object.fromEntries(kept.map((name) => [name, resource[name]]));
  concept(resource["scope"], `${path}.scope`, SCOPE);
  const [category] = list(resource["category"], `${path}.category`, 1, 1);
  concept(category, `${path}.category[0]`, CATEGORY);
  const status = PROPOSAL_STATUS.find((code) => code === resource["status"]);
  if (status === undefined)
    throw notRepresentable(`${path}.status`, "a consent that is meant to be in force");
  const patient = element(resource["patient"], `${path}.patient`);
  const { grantee, terms } = baseProvision(resource["provision"], `${path}.provision`);
  if (!Object.hasOwn(resource, "extension")) {
    return { kind: "proposal", proposal: { status, patient, grantee, terms }, envelope };
  }
  if (status !== "active") throw notRepresentable(`${path}.status`, "active, for a consent that is bound");
  const body = {
    segment: identified<SegmentId>(patient, `${path}.patient`, SEGMENT_SYSTEM, []),
    grantee: identified<ActorId>(grantee, `${path}.provision.actor[0].reference`, GRANTEE_SYSTEM, [
      "display",
    ]),
    granteeName: displayOf(grantee, `${path}.provision.actor[0].reference`),
    ...binding(resource["extension"], `${path}.extension`),
    ...terms,
  };
  return { kind: "consent", body, envelope };
}

function binding(value: unknown, path: string): Pick<ConsentBody, "granteeKeys" | "salt" | "revoker"> {
  const [first] = list(value, path, 1, 1);
  const extension = element(first, `${path}[0]`);
  if (extension["url"] !== BINDING_URL) throw notRepresentable(`${path}[0]`, "no extension but the binding");
  only(extension, `${path}[0]`, ["url", "extension"]);
  const inner = `${path}[0].extension`;
  const parts = list(extension["extension"], inner, 3, 3).map((part, i) => element(part, `${inner}[${i}]`));
  const bytes = <T extends Hex>(url: string, digits: number): T => {
    const at = parts.findIndex((part) => part["url"] === url);
    const part = parts[at];
    if (part === undefined) throw notRepresentable(inner, "granteeKeys, salt and revoker");
    only(part, `${inner}[${at}]`, ["url", "valueString"]);
    return hex<T>(part["valueString"], `${inner}[${at}].valueString`, digits);
  };
  return {
    granteeKeys: bytes<Digest>("granteeKeys", 64),
    salt: fromHex(bytes("salt", 64)),
    revoker: bytes<Address>("revoker", 40),
  };
}

function baseProvision(value: unknown, path: string): { grantee: FhirReference; terms: Terms } {
  const provision = element(value, path);
  only(provision, path, ["type", "period", "actor", "action", "purpose", "class", "dataPeriod", "provision"]);
  if (provision["type"] !== "permit") throw notRepresentable(`${path}.type`, "a base provision that permits");
  const [actor] = list(provision["actor"], `${path}.actor`, 1, 1);
  const recipient = element(actor, `${path}.actor[0]`);
  only(recipient, `${path}.actor[0]`, ["role", "reference"]);
  concept(recipient["role"], `${path}.actor[0].role`, RECIPIENT);
  const period = element(provision["period"], `${path}.period`);
  only(period, `${path}.period`, ["start", "end"]);
  const { resourceTypes, actions, purposes, ...days } = dimensions(provision, path);
  if (purposes.length === 0) throw notRepresentable(`${path}.purpose`, "at least one purpose of use");
  const nested = Object.hasOwn(provision, "provision")
    ? list(provision["provision"], `${path}.provision`, 1, MAX_EXCEPTIONS)
    : [];
  const terms: Terms = {
    resourceTypes: resourceTypes.length === 0 ? ["*"] : resourceTypes,
    actions: actions.length === 0 ? ["read"] : actions,
    purposes,
    ...days,
    exceptions: nested.map((item, i) => exception(item, `${path}.provision[${i}]`)),
    notBefore: time(period["start"], `${path}.period.start`),
    notAfter: time(period["end"], `${path}.period.end`),
  };
  return { grantee: element(recipient["reference"], `${path}.actor[0].reference`), terms };
}

function exception(value: unknown, path: string): Exception {
  const provision = element(value, path);
  only(provision, path, ["type", "action", "purpose", "class", "dataPeriod"]);
  if (provision["type"] !== "deny") throw notRepresentable(`${path}.type`, "an exception that denies");
  return dimensions(provision, path);
}

/** What is absent is empty or `null`. */
function dimensions(provision: Element, path: string): Exception {
  const items = (name: string, most: number): readonly unknown[] =>
    Object.hasOwn(provision, name) ? list(provision[name], `${path}.${name}`, 1, most) : [];
  const actions = items("action", ACTIONS.length).map((item, i) => actionOf(item, `${path}.action[${i}]`));
  const purposes = items("purpose", PURPOSES.length).map((item, i): Purpose => {
    const code = codeIn(item, `${path}.purpose[${i}]`, PURPOSE_SYSTEM);
    const known = PURPOSES.find((purpose) => purpose === code);
    if (known === undefined)
      throw notRepresentable(`${path}.purpose[${i}].code`, "a purpose of use that is known");
    return known;
  });
  const resourceTypes = items("class", MAX_RESOURCE_TYPES).map((item, i) => {
    const code = codeIn(item, `${path}.class[${i}]`, TYPE_SYSTEM);
    if (!RESOURCE_TYPE.test(code)) throw notRepresentable(`${path}.class[${i}].code`, "a resource type");
    return code;
  });
  return { resourceTypes, actions, purposes, ...dataPeriod(provision, path) };
}

function dataPeriod(provision: Element, path: string): Pick<Exception, "dataFrom" | "dataTo"> {
  if (!Object.hasOwn(provision, "dataPeriod")) return { dataFrom: null, dataTo: null };
  const at = `${path}.dataPeriod`;
  const period = element(provision["dataPeriod"], at);
  only(period, at, ["start", "end"]);
  if (Object.keys(period).length === 0) throw notRepresentable(at, "a start or an end");
  const side = (name: string): Day | null =>
    Object.hasOwn(period, name) ? day(period[name], `${at}.${name}`) : null;
  return { dataFrom: side("start"), dataTo: side("end") };
}

function actionOf(value: unknown, path: string): Action {
  const coded = element(value, path);
  only(coded, path, ["coding"]);
  const [coding] = list(coded["coding"], `${path}.coding`, 1, 1);
  const code = codeIn(coding, `${path}.coding[0]`, ACTION_SYSTEM);
  const known = ACTIONS.find((name) => ACTION_CODES[name] === code);
  if (known === undefined) throw notRepresentable(`${path}.coding[0].code`, "access or disclose");
  return known;
}

/** A CodeableConcept with this one code. */
function concept(
  value: unknown,
  path: string,
  wanted: { readonly system: string; readonly code: string },
): void {
  const coded = element(value, path);
  only(coded, path, ["coding"]);
  const [coding] = list(coded["coding"], `${path}.coding`, 1, 1);
  if (codeIn(coding, `${path}.coding[0]`, wanted.system) !== wanted.code) {
    throw notRepresentable(`${path}.coding[0].code`, `the code ${wanted.code}`);
  }
}

/** Code of a Coding of this system. */
function codeIn(value: unknown, path: string, system: string): string {
  const coding = element(value, path);
  only(coding, path, ["system", "code", "display"]);
  if (coding["system"] !== system) throw notRepresentable(`${path}.system`, `the system ${system}`);
  const { code } = coding;
  if (typeof code !== "string") throw notRepresentable(`${path}.code`, "a code");
  return code;
}

/** Id in a Reference by identifier. */
function identified<T extends Hash32>(
  reference: FhirReference,
  path: string,
  system: string,
  more: readonly string[],
): T {
  only(reference, path, ["identifier", ...more]);
  const identifier = element(reference["identifier"], `${path}.identifier`);
  only(identifier, `${path}.identifier`, ["system", "value"]);
  if (identifier["system"] !== system)
    throw notRepresentable(`${path}.identifier.system`, `the system ${system}`);
  return hex<T>(identifier["value"], `${path}.identifier.value`, 64);
}

function displayOf(reference: FhirReference, path: string): string {
  const display = Object.hasOwn(reference, "display") ? reference["display"] : "";
  if (typeof display !== "string" || display.length > 200) {
    throw notRepresentable(`${path}.display`, "a name of at most 200 characters");
  }
  return display;
}

function hex<T extends Hex>(value: unknown, path: string, digits: number): T {
  if (typeof value !== "string" || !new RegExp(`^0x[0-9a-f]{${digits}}$`).test(value)) {
    throw notRepresentable(path, `0x and ${digits} lower-case hexadecimal digits`);
  }
  return value as T;
}

/** A whole day; less would be widened and more would be cut. */
function day(value: unknown, path: string): Day {
  const days = typeof value === "string" && value.length === 10 ? daysOfDateTime(value) : null;
  if (days === null) throw notRepresentable(path, "a date with year, month and day");
  return days.from as Day;
}

const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.0+)?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** A time with its offset, in whole seconds. */
function time(value: unknown, path: string): UnixSeconds {
  const [, date, hour, minute, second, sign, hours, minutes] =
    (typeof value === "string" ? TIME.exec(value) : null) ?? [];
  const first = date === undefined ? null : daysOfDateTime(date);
  const offset = (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60;
  const inRange =
    Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59 && Number(minutes ?? 0) <= 59;
  const seconds =
    first === null
      ? -1
      : first.from * SECONDS_PER_DAY + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
  if (!inRange || seconds < 0 || Math.abs(offset) > 14 * 3600) {
    throw notRepresentable(path, "a time since 1970 in whole seconds with its offset");
  }
  return parseUnixSeconds(seconds);
}

function element(value: unknown, path: string): Element {
  if (!isObject(value)) throw notRepresentable(path, "to be there, as an element");
  return value;
}

function list(value: unknown, path: string, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    throw notRepresentable(path, `${least === most ? least : `${least} to ${most}`} of them`);
  }
  return value;
}

/** Elements of R4's Consent and its datatypes: names that an error may repeat, since they are nobody's data. */
const KNOWN_ELEMENTS: ReadonlySet<string> = new Set([
  "id",
  "extension",
  "modifierExtension",
  "implicitRules",
  "contained",
  "policyRule",
  "verification",
  "securityLabel",
  "code",
  "data",
  "actor",
  "period",
  "provision",
  "type",
  "text",
  "version",
  "userSelected",
  "reference",
  "use",
  "assigner",
  "display",
  "identifier",
  "sourceAttachment",
]);

function only(value: Element, path: string, names: readonly string[]): void {
  const other = Object.keys(value).find((name) => !names.includes(name));
  if (other === undefined) return;
  const place = KNOWN_ELEMENTS.has(other) ? `${path}.${other}` : path;
  throw notRepresentable(place, `no elements but ${names.join(", ")}`);
}
