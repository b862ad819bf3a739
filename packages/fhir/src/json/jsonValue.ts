/**
 * A JSON number as it was written. FHIR R4 (datatypes, decimal) makes the precision part of the value: 1.00 is not
 * 1.0, and neither may become 1, so the text is kept and never goes through a floating-point number.
 */
export class JsonNumber {
  /** RFC 8259 section 6 text, such as `1.00`. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** `Array.isArray` does not narrow a read-only array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

/** Sets an own property whatever its name: a plain assignment of `__proto__` would change the prototype instead. */
export function setMember(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}
