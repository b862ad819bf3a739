import { array, int, nullable, oneOf, struct, text, uint, type Infer } from "../encoding/codec.ts";
import type { TypedDataField } from "../encoding/eip712.ts";
import type { Day, UnixSeconds } from "../ids.ts";

export const ACTIONS = ["read", "reshare"] as const;
export type Action = (typeof ACTIONS)[number];

/** Purposes of use: HL7 v3-ActReason. */
export const PURPOSES = ["TREAT", "ETREAT", "HPAYMT", "HRESCH", "HOPERAT", "PUBHLTH", "PATRQT"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const action = oneOf(ACTIONS);
export const purpose = oneOf(PURPOSES);

const day = int<Day>(2 ** 24);
const time = uint<UnixSeconds>(2 ** 40);

/** Most exceptions of one consent: what a person can still read before signing. */
export const MAX_EXCEPTIONS = 8;
export const MAX_RESOURCE_TYPES = 64;
export const RESOURCE_TYPE_PATTERN = /^[A-Z][A-Za-z]+$/;

/** What is denied within what terms permit. A dimension that is empty or `null` is no limit: any. */
export const exception = struct({
  resourceTypes: array(text(64, RESOURCE_TYPE_PATTERN), MAX_RESOURCE_TYPES),
  actions: array(action, ACTIONS.length),
  purposes: array(purpose, PURPOSES.length),
  dataFrom: nullable(day),
  dataTo: nullable(day),
});
export type Exception = Infer<typeof exception>;

/** The fields that say what is permitted, in a consent and in a delegation alike. */
export const termsFields = {
  /** FHIR resource types; `["*"]` for all. */
  resourceTypes: array(text(64, /^(?:\*|[A-Z][A-Za-z]+)$/), MAX_RESOURCE_TYPES, 1),
  actions: array(action, ACTIONS.length, 1),
  purposes: array(purpose, PURPOSES.length, 1),
  /** Clinical period of the data, both ends included; `null`: no limit on that side. */
  dataFrom: nullable(day),
  dataTo: nullable(day),
  /** They override what the other fields permit. */
  exceptions: array(exception, MAX_EXCEPTIONS),
  notBefore: time,
  notAfter: time,
} as const;
const terms = struct(termsFields);
export type Terms = Infer<typeof terms>;

/** A span of days as attributes and terms have it; `null`: not known, or no limit. */
export interface DataPeriod {
  readonly dataFrom: Day | null;
  readonly dataTo: Day | null;
}

/** What of a request and a record an exception is held against. */
export interface Asked {
  /** Several when one of them is enough. */
  readonly actions: readonly Action[];
  readonly purpose: Purpose;
}

/** The record's resource type is among those permitted. */
export function coversType({ resourceTypes }: Pick<Terms, "resourceTypes">, resourceType: string): boolean {
  return resourceTypes.includes("*") || resourceTypes.includes(resourceType);
}

/** The inner period lies whole within the outer one. A side that is not known lies within no limit. */
export function coversPeriod(outer: DataPeriod, inner: DataPeriod): boolean {
  return (
    (outer.dataFrom === null || (inner.dataFrom !== null && inner.dataFrom >= outer.dataFrom)) &&
    (outer.dataTo === null || (inner.dataTo !== null && inner.dataTo <= outer.dataTo))
  );
}

/** What was passed on lies within what it was passed on from, in every dimension, and cannot be passed on again. */
export function coversTerms(outer: Terms, inner: Terms): boolean {
  return (
    inner.resourceTypes.every((type) => coversType(outer, type)) &&
    inner.actions.every((name) => name !== "reshare" && outer.actions.includes(name)) &&
    inner.purposes.every((name) => outer.purposes.includes(name)) &&
    coversPeriod(outer, inner) &&
    inner.notBefore >= outer.notBefore &&
    inner.notAfter <= outer.notAfter
  );
}

/** The exception is about every record of the segment, whatever its type and period, and about what is asked. */
export function exceptsSegment(value: Exception, asked: Asked): boolean {
  return (
    value.resourceTypes.length === 0 &&
    value.dataFrom === null &&
    value.dataTo === null &&
    exceptsUse(value, asked)
  );
}

/** Every dimension that the exception names is met, by what is asked and by the record. */
export function exceptsRecord(
  value: Exception,
  asked: Asked,
  record: Parameters<typeof exceptsAttributes>[1],
): boolean {
  return exceptsAttributes(value, record) && exceptsUse(value, asked);
}

/**
 * The exception's resource types and period are met. Of its period any day is enough; a record of which a side is not known is met on
 * that side.
 */
export function exceptsAttributes(
  value: Pick<Exception, "resourceTypes" | "dataFrom" | "dataTo">,
  record: { readonly resourceType: string; readonly from: Day | null; readonly to: Day | null },
): boolean {
  return (
    (value.resourceTypes.length === 0 || value.resourceTypes.includes(record.resourceType)) &&
    (value.dataFrom === null || record.to === null || record.to >= value.dataFrom) &&
    (value.dataTo === null || record.from === null || record.from <= value.dataTo)
  );
}

/** The exception is about what is asked, whatever the record. */
export function exceptsUse({ actions, purposes }: Exception, asked: Asked): boolean {
  return (
    (actions.length === 0 || asked.actions.some((name) => actions.includes(name))) &&
    (purposes.length === 0 || purposes.includes(asked.purpose))
  );
}

/** No limit on a side of the data period, as EIP-712 int32. */
export const NO_FROM = -(2 ** 31);
export const NO_TO = 2 ** 31 - 1;

const USE_TYPES: readonly TypedDataField[] = [
  { type: "string[]", name: "resourceTypes" },
  { type: "string[]", name: "actions" },
  { type: "string[]", name: "purposes" },
  { type: "int32", name: "dataFrom" },
  { type: "int32", name: "dataTo" },
];

/** Terms as fields of an EIP-712 struct, in this order. */
export const TERMS_TYPES: readonly TypedDataField[] = [
  ...USE_TYPES,
  { type: "Exception[]", name: "exceptions" },
  { type: "uint64", name: "notBefore" },
  { type: "uint64", name: "notAfter" },
];

/** The structs that `TERMS_TYPES` refers to. */
export const TERMS_STRUCTS: Readonly<Record<string, readonly TypedDataField[]>> = { Exception: USE_TYPES };

export function termsMessage(value: Terms): Readonly<Record<string, unknown>> {
  return {
    ...useMessage(value),
    exceptions: value.exceptions.map(useMessage),
    notBefore: value.notBefore,
    notAfter: value.notAfter,
  };
}

function useMessage(value: Exception): Readonly<Record<string, unknown>> {
  return {
    resourceTypes: value.resourceTypes,
    actions: value.actions,
    purposes: value.purposes,
    dataFrom: value.dataFrom ?? NO_FROM,
    dataTo: value.dataTo ?? NO_TO,
  };
}
