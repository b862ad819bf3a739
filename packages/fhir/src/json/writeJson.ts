import { JsonNumber, isJsonArray, isJsonObject, type JsonValue } from "./jsonValue.ts";

/** JSON text without white space, names in the order of the value, numbers as they were read. */
export function writeJson(value: JsonValue): string {
  return write(value, (names) => names);
}

/**
 * One text for all orders of names and all white space: names sorted by UTF-16 code units (as RFC 8785 does), numbers
 * as they were read, since 1.00 and 1.0 are different FHIR decimals.
 */
export function writeCanonicalJson(value: JsonValue): string {
  return write(value, (names) => names.sort());
}

function write(value: JsonValue, order: (names: string[]) => string[]): string {
  if (value instanceof JsonNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map((item) => write(item, order)).join(",")}]`;
  if (isJsonObject(value)) {
    const members = order(Object.keys(value)).map(
      (name) => `${JSON.stringify(name)}:${write(value[name] as JsonValue, order)}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}
