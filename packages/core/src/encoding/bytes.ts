import { AnamnesisError } from "../errors.ts";
import type { Hex } from "../ids.ts";

export { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Lower-case hexadecimal with `0x`. */
export function toHex<T extends Hex = Hex>(bytes: Uint8Array): T {
  return `0x${bytesToHex(bytes)}` as T;
}

/** The value of each hexadecimal digit by its code, 255 for what is none. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** Bytes of `0x…`. Throws `bad-hex`. */
export function fromHex(hex: Hex): Uint8Array {
  if (hex.length < 2 || hex.length % 2 !== 0 || hex[0] !== "0" || (hex[1] !== "x" && hex[1] !== "X")) {
    throw badHex();
  }
  const bytes = new Uint8Array(hex.length / 2 - 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = DIGITS[hex.charCodeAt(2 * i + 2)] ?? 255;
    const low = DIGITS[hex.charCodeAt(2 * i + 3)] ?? 255;
    if ((high | low) > 15) throw badHex();
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

function badHex(): AnamnesisError<"bad-hex"> {
  return new AnamnesisError({
    code: "bad-hex",
    rule: "Bytes in text are 0x and an even number of hexadecimal digits.",
    fix: "Check the value for missing digits.",
  });
}

/** Content equality of public values. Not constant time: never use it on secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Equality of secrets of equal, public length; looks at every byte. */
export function equalSecret(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Big-endian unsigned integer of `length` bytes; the value is at most 2^53 - 1. */
export function uintBytes(value: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}
