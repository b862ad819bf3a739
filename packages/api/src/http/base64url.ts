import { badField, type Codec } from "@anamnesis/core/encoding/codec";

/** RFC 4648 section 5, without padding. */
export function toBase64url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Bits of the last character that are behind the last byte, by the number of characters in the last group. */
const LEFT_OVER: Readonly<Record<number, number>> = { 0: 0, 2: 15, 3: 3 };

/** `null` for anything but what `toBase64url` gives. */
export function fromBase64url(text: string): Uint8Array | null {
  const mask = LEFT_OVER[text.length % 4];
  if (mask === undefined || !/^[A-Za-z0-9_-]*$/.test(text)) return null;
  // Bits behind the last byte would make a second text of the same bytes.
  if ((ALPHABET.indexOf(text.at(-1) ?? "A") & mask) !== 0) return null;
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
}

/** Bytes as base64url text in JSON: exactly `length` of them, or up to `max`. */
export function base64url(size: { readonly length: number } | { readonly max: number }): Codec<Uint8Array> {
  const fits = (bytes: Uint8Array): boolean =>
    "length" in size ? bytes.length === size.length : bytes.length <= size.max;
  const expected = `base64url of ${"length" in size ? size.length : `at most ${size.max}`} bytes`;
  return {
    toCbor: (bytes) => {
      if (!fits(bytes)) throw badField("value", expected);
      return toBase64url(bytes);
    },
    fromCbor: (value, path) => {
      const bytes = typeof value === "string" ? fromBase64url(value) : null;
      if (bytes === null || !fits(bytes)) throw badField(path, expected);
      return bytes;
    },
  };
}
