import { badValue } from "./searchError.ts";

/**
 * Where a page ended: the sort keys of its last match and its id, all of which the reader saw. No row number stands in it, from which somebody could tell how
 * much lies between two matches. base64url of JSON.
 */
export function writeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** Throws `fhir-bad-value`. */
export function readCursor(text: string): readonly (string | number)[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (Array.isArray(value) && value.every((key) => typeof key === "string" || Number.isSafeInteger(key))) {
      return value as (string | number)[];
    }
  } catch {
    // It is none.
  }
  throw badValue("_cursor", "it is taken from a page's link as it is");
}
