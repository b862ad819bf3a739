import { JsonNumber, type JsonValue } from "../json/jsonValue.ts";
import { writeJson } from "../json/writeJson.ts";
import type { SeededRandom } from "./seededRandom.ts";

/** What generators write: JSON with numbers either plain or exact. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | JsonNumber
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

export interface Reference {
  readonly reference: string;
}

/** Collects resources and gives each its urn:uuid. */
export interface BundleBuilder {
  /** Adds a resource and returns the reference to it. */
  add(resource: { readonly resourceType: string; readonly [name: string]: Plain | undefined }): Reference;
  /** The transaction Bundle as JSON text. */
  text(): string;
}

export function bundleBuilder(random: SeededRandom): BundleBuilder {
  const entries: Plain[] = [];
  return {
    add: (resource) => {
      const fullUrl = `urn:uuid:${random.uuid()}`;
      entries.push({ fullUrl, resource, request: { method: "POST", url: resource.resourceType } });
      return { reference: fullUrl };
    },
    text: () => writeJson(exact({ resourceType: "Bundle", type: "transaction", entry: entries })),
  };
}

/** Members that are undefined are left out: FHIR has no empty elements. */
function exact(value: Plain): JsonValue {
  if (typeof value === "number") return new JsonNumber(String(value));
  if (value instanceof JsonNumber || value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(exact);
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, exact(member)]],
  );
  return Object.fromEntries(members) as JsonValue;
}

function isList(value: object): value is readonly Plain[] {
  return Array.isArray(value);
}

/** `digits` after the decimal point stay, as a laboratory prints them. */
export function decimal(value: number, digits: number): JsonNumber {
  return new JsonNumber(value.toFixed(digits));
}

export const SNOMED = "http://snomed.info/sct";
export const LOINC = "http://loinc.org";
export const ICD_10 = "http://hl7.org/fhir/sid/icd-10";
export const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
export const CVX = "http://hl7.org/fhir/sid/cvx";
export const UCUM = "http://unitsofmeasure.org";
const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";

export function concept(...codings: readonly { system: string; code: string; display: string }[]): Plain {
  return { coding: codings, text: codings[0]?.display };
}

/** A code of one of HL7's own code systems, named by the last part of its address. */
export function hl7(system: string, code: string, display: string): Plain {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code, display }] };
}

/** DS4P label with its sensitivity and confidentiality `R` (restricted). */
export function sensitive(code: string, display: string): Plain {
  return {
    security: [
      { system: `${TERMINOLOGY}/v3-ActCode`, code, display },
      { system: `${TERMINOLOGY}/v3-Confidentiality`, code: "R", display: "restricted" },
    ],
  };
}

export function quantity(value: JsonNumber | number, unit: string): Plain {
  return { value, unit, system: UCUM, code: unit };
}
