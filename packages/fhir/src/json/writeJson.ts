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

/** `writeJson`, or `writeCanonicalJson`, in pieces: for what should not stand in memory a second time. */
export function* writeJsonPieces(
  value: JsonValue,
  form: "as-read" | "canonical" = "as-read",
): Generator<string> {
  const order = (names: string[]): string[] => (form === "canonical" ? names.sort() : names);
  /** What is still to be written, the next one last: texts as they are, values as JSON. */
  const rest: ({ readonly text: string } | { readonly value: JsonValue })[] = [{ value }];
  let piece = "";
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if ("text" in next) piece += next.text;
    else if (typeof next.value === "string") {
      for (const part of stringParts(next.value)) {
        piece += part;
        if (piece.length >= PIECE) {
          yield piece;
          piece = "";
        }
      }
    } else rest.push(...membersOf(next.value, order).toReversed());
    if (piece.length >= PIECE) {
      yield piece;
      piece = "";
    }
  }
  if (piece !== "") yield piece;
}

/** Characters after which a piece is given. */
const PIECE = 65_536;

function membersOf(
  value: Exclude<JsonValue, string>,
  order: (names: string[]) => string[],
): ({ readonly text: string } | { readonly value: JsonValue })[] {
  if (value instanceof JsonNumber) return [{ text: value.text }];
  if (isJsonArray(value)) {
    const items = value.flatMap((item, i) => [...(i === 0 ? [] : [{ text: "," }]), { value: item }]);
    return [{ text: "[" }, ...items, { text: "]" }];
  }
  if (isJsonObject(value)) {
    const members = order(Object.keys(value)).flatMap((name, i) => [
      { text: `${i === 0 ? "" : ","}${JSON.stringify(name)}:` },
      { value: value[name] as JsonValue },
    ]);
    return [{ text: "{" }, ...members, { text: "}" }];
  }
  return [{ text: JSON.stringify(value) }];
}

/** A string as JSON, cut between characters: half of a surrogate pair would be escaped. */
function* stringParts(text: string): Generator<string> {
  yield '"';
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + PIECE, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1;
    yield JSON.stringify(text.slice(at, end)).slice(1, -1);
    at = end;
  }
  yield '"';
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
