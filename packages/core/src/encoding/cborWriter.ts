import { AnamnesisError } from "../errors.ts";
import { utf8ToBytes } from "./bytes.ts";
import type { CborLink, CborValue } from "./cbor.ts";

/** Major types (RFC 8949 section 3.1), in the first three bits. */
const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const ARRAY = 0x80;
const MAP = 0xa0;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
/** Tag 42 of one byte. */
const LINK = [0xd8, 42] as const;
const FIRST_BYTES = 512;

/**
 * Deterministic CBOR (RFC 8949 section 4.2.1): shortest heads, definite lengths, keys in the bytewise order of their encoding, which is the
 * one of dag-cbor. Throws `not-encodable` at what `CborValue` does not have: floats, `undefined`, integers of more than 64 bits.
 */
export class CborWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written, in memory of its own. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  write(value: CborValue): void {
    if (value instanceof Uint8Array) return this.#string(BYTES, value);
    if (typeof value === "string") return this.#text(value);
    if (typeof value === "number") return this.#integer(value);
    if (typeof value === "bigint") return this.#largeInteger(value);
    if (value === null) return this.#byte(NULL);
    if (typeof value === "boolean") return this.#byte(value ? TRUE : FALSE);
    if (Array.isArray(value)) return this.#array(value as readonly CborValue[]);
    if (typeof value !== "object") throw notEncodable();
    if (isLink(value)) return this.#link(value);
    this.#map(value as { readonly [key: string]: CborValue });
  }

  #integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw notEncodable();
    if (value < 0) this.#head(NEGATIVE, -1 - value);
    else this.#head(UNSIGNED, value);
  }

  #largeInteger(value: bigint): void {
    const magnitude = value < 0n ? -1n - value : value;
    const major = value < 0n ? NEGATIVE : UNSIGNED;
    if (magnitude <= BigInt(Number.MAX_SAFE_INTEGER)) return this.#head(major, Number(magnitude));
    if (magnitude >= 1n << 64n) throw notEncodable();
    this.#room(9);
    this.#view.setUint8(this.#length, major | 27);
    this.#view.setBigUint64(this.#length + 1, magnitude);
    this.#length += 9;
  }

  #text(value: string): void {
    const { length } = value;
    this.#room(length + 9);
    const start = this.#length;
    this.#head(TEXT, length);
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 0x80) {
        // Its length in bytes is another one: all of it anew.
        this.#length = start;
        return this.#string(TEXT, utf8ToBytes(value));
      }
      this.#bytes[this.#length++] = unit;
    }
  }

  #string(major: number, bytes: Uint8Array): void {
    this.#room(bytes.length + 9);
    this.#head(major, bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #array(items: readonly CborValue[]): void {
    this.#head(ARRAY, items.length);
    for (const item of items) this.write(item);
  }

  #map(map: { readonly [key: string]: CborValue }): void {
    const keys = inOrder(Object.keys(map));
    this.#head(MAP, keys.length);
    for (const key of keys) {
      this.#text(key);
      this.write(map[key] as CborValue);
    }
  }

  /** A CID behind a byte 0, as dag-cbor has it. */
  #link({ bytes }: CborLink): void {
    this.#room(bytes.length + 12);
    this.#byte(LINK[0]);
    this.#byte(LINK[1]);
    this.#head(BYTES, bytes.length + 1);
    this.#byte(0);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** @param count at most 2^53 - 1. */
  #head(major: number, count: number): void {
    this.#room(9);
    const at = this.#length;
    if (count < 24) {
      this.#bytes[at] = major | count;
      this.#length = at + 1;
    } else if (count < 0x100) {
      this.#bytes[at] = major | 24;
      this.#bytes[at + 1] = count;
      this.#length = at + 2;
    } else if (count < 0x1_0000) {
      this.#bytes[at] = major | 25;
      this.#view.setUint16(at + 1, count);
      this.#length = at + 3;
    } else if (count < 0x1_0000_0000) {
      this.#bytes[at] = major | 26;
      this.#view.setUint32(at + 1, count);
      this.#length = at + 5;
    } else {
      this.#bytes[at] = major | 27;
      this.#view.setBigUint64(at + 1, BigInt(count));
      this.#length = at + 9;
    }
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function notEncodable(): AnamnesisError<"not-encodable"> {
  return new AnamnesisError({
    code: "not-encodable",
    rule: "Structures hold null, booleans, integers of 64 bits, text, bytes, CIDs, arrays and maps.",
    fix: "Give every field a value of its type.",
  });
}

function isLink(value: object): value is CborLink {
  if (!("/" in value) || !("bytes" in value)) return false;
  // A map that was decoded has two values of its own under two keys.
  return value["/"] === value.bytes && value.bytes instanceof Uint8Array;
}

/** By length in bytes, then bytewise: for text keys that is the bytewise order of their encodings (RFC 8949 section 4.2.1). */
function inOrder(keys: string[]): readonly string[] {
  for (let i = 1; i < keys.length; i++) {
    if (comparePlain(keys[i - 1] as string, keys[i] as string) >= 0) {
      return keys.every(isAscii) ? keys.sort(comparePlain) : keys.sort(compareEncoded);
    }
  }
  return keys.every(isAscii) ? keys : keys.sort(compareEncoded);
}

// One byte for each unit, and units in their order: that of the bytes.
function comparePlain(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

function compareEncoded(a: string, b: string): number {
  const [first, second] = [utf8ToBytes(a), utf8ToBytes(b)];
  if (first.length !== second.length) return first.length - second.length;
  const at = first.findIndex((byte, i) => byte !== second[i]);
  return at < 0 ? 0 : (first[at] as number) - (second[at] as number);
}
