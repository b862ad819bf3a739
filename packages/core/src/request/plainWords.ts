import { badField, type Codec, text } from "../encoding/codec.ts";

/** Control characters but the line feed, and marks that make a text read otherwise than it is written (Unicode TR 36, 2.9). */
const HIDDEN = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

/** Text from one person to another, of at most `max` code points, which shows as it is written. */
export function plainWords(max: number): Codec<string> {
  const inner = text(2 * max);
  const check = (value: string, path: string): string => {
    if (Array.from(value).length > max || HIDDEN.test(value))
      throw badField(path, `plain text of at most ${max} characters`);
    return value;
  };
  return {
    toCbor: (value) => inner.toCbor(check(value, "value")),
    fromCbor: (value, path) => check(inner.fromCbor(value, path), path),
  };
}
