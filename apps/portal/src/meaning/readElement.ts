import { JsonNumber } from "@anamnesis/fhir/json/jsonValue";
import { isObject } from "@anamnesis/fhir/resource";

/** Reading of elements that may be missing, or be something else than R4 says. Nothing here throws. */
export interface Element {
  readonly [name: string]: unknown;
}

/** A structure with elements: no array, no number kept as its text. */
export function isElement(value: unknown): value is Element {
  return isObject(value) && !(value instanceof JsonNumber);
}

export function memberOf(value: unknown, name: string): unknown {
  return isElement(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The values of an element that may repeat: an array's, a single one's, or none. */
export function membersOf(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name);
  if (Array.isArray(member)) return member;
  return member === undefined || member === null ? [] : [member];
}

/** The structures of an element that may repeat. */
export function elementsOf(value: unknown, name: string): readonly Element[] {
  return membersOf(value, name).filter(isElement);
}

/** The only structure of an element, or the first of several. */
export function elementOf(value: unknown, name: string): Element | null {
  return elementsOf(value, name)[0] ?? null;
}

/** A text with something in it, or the first of several. */
export function textOf(value: unknown, name: string): string | null {
  const found = membersOf(value, name).find((item) => typeof item === "string" && item.trim() !== "");
  return typeof found === "string" ? found : null;
}

export function textsOf(value: unknown, name: string): readonly string[] {
  return membersOf(value, name).filter(
    (item): item is string => typeof item === "string" && item.trim() !== "",
  );
}

const NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/;

/** A finite number as it was written. */
export function numberTextOf(value: unknown, name: string): string | null {
  const found = membersOf(value, name)[0];
  const text = found instanceof JsonNumber ? found.text : typeof found === "number" ? String(found) : null;
  return text !== null && NUMBER.test(text) && Number.isFinite(Number(text)) ? text : null;
}

export function numberOf(value: unknown, name: string): number | null {
  const text = numberTextOf(value, name);
  return text === null ? null : Number(text);
}

export function booleanOf(value: unknown, name: string): boolean | null {
  const found = membersOf(value, name)[0];
  return typeof found === "boolean" ? found : null;
}
