import { AnamnesisError } from "@anamnesis/core/errors";
import { JsonNumber, setMember, type JsonValue } from "./jsonValue.ts";

/** FHIR nests some twenty levels deep; the limit keeps a hostile text from exhausting the stack. */
const MAX_DEPTH = 200;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

type Reason = "utf-8" | "syntax" | "end" | "depth" | "repeated-name";

function notJson(reason: Reason, source: string, at: number): AnamnesisError<"not-json"> {
  const before = source.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return new AnamnesisError({
    code: "not-json",
    rule: "The input must be one JSON text (RFC 8259) in UTF-8 without repeated names.",
    fix: "Correct the text at the place given, or export the file again.",
    meta: { reason, line, column },
  });
}

/**
 * Reads one JSON text (RFC 8259). Unlike `JSON.parse` it keeps numbers as they were written (`JsonNumber`), refuses
 * repeated names (two readers could see two different records) and tells the place of a fault without quoting it.
 * Linear in the length of the text; the same in every JavaScript engine.
 *
 * Throws `not-json` with `meta.reason` (`utf-8`, `syntax`, `end`, `depth`, `repeated-name`) and the place as
 * `meta.line` and `meta.column`, counted from 1 in UTF-16 code units.
 */
export function parseJson(input: string | Uint8Array): JsonValue {
  const source = typeof input === "string" ? input.replace(/^\uFEFF/, "") : decodeUtf8(input);
  let at = 0;

  const fail = (): AnamnesisError<"not-json"> => notJson(at >= source.length ? "end" : "syntax", source, at);

  const skipSpace = (): void => {
    for (; at < source.length; at++) {
      const c = source.charCodeAt(at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
    }
  };

  const word = <T extends JsonValue>(text: string, value: T): T => {
    if (!source.startsWith(text, at)) throw fail();
    at += text.length;
    return value;
  };

  const number = (): JsonNumber => {
    NUMBER.lastIndex = at;
    const text = NUMBER.exec(source)?.[0];
    if (text === undefined) throw fail();
    at += text.length;
    return new JsonNumber(text);
  };

  const string = (): string => {
    const start = at;
    let escaped = false;
    for (at++; at < source.length; at++) {
      const c = source.charCodeAt(at);
      if (c === 0x22) {
        at++;
        return escaped ? unescape(start) : source.slice(start + 1, at - 1);
      }
      if (c < 0x20) throw fail();
      if (c === 0x5c) {
        escaped = true;
        at++;
      }
    }
    throw notJson("end", source, source.length);
  };

  const unescape = (start: number): string => {
    try {
      return JSON.parse(source.slice(start, at)) as string;
    } catch {
      throw notJson("syntax", source, start);
    }
  };

  const value = (depth: number): JsonValue => {
    if (depth > MAX_DEPTH) throw notJson("depth", source, at);
    skipSpace();
    switch (source.charCodeAt(at)) {
      case 0x7b:
        return object(depth);
      case 0x5b:
        return array(depth);
      case 0x22:
        return string();
      case 0x74:
        return word("true", true);
      case 0x66:
        return word("false", false);
      case 0x6e:
        return word("null", null);
      default:
        return number();
    }
  };

  const array = (depth: number): readonly JsonValue[] => {
    const out: JsonValue[] = [];
    at++;
    skipSpace();
    if (source.charCodeAt(at) === 0x5d) {
      at++;
      return out;
    }
    for (;;) {
      out.push(value(depth + 1));
      skipSpace();
      const c = source.charCodeAt(at);
      if (c !== 0x2c && c !== 0x5d) throw fail();
      at++;
      if (c === 0x5d) return out;
    }
  };

  const object = (depth: number): JsonValue => {
    const out: Record<string, JsonValue> = {};
    at++;
    skipSpace();
    if (source.charCodeAt(at) === 0x7d) {
      at++;
      return out;
    }
    for (;;) {
      skipSpace();
      if (source.charCodeAt(at) !== 0x22) throw fail();
      const nameAt = at;
      const name = string();
      if (Object.hasOwn(out, name)) throw notJson("repeated-name", source, nameAt);
      skipSpace();
      if (source.charCodeAt(at) !== 0x3a) throw fail();
      at++;
      setMember(out, name, value(depth + 1));
      skipSpace();
      const c = source.charCodeAt(at);
      if (c !== 0x2c && c !== 0x7d) throw fail();
      at++;
      if (c === 0x7d) return out;
    }
  };

  const result = value(0);
  skipSpace();
  if (at < source.length) throw fail();
  return result;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notJson("utf-8", "", 0);
  }
}
