import { AnamnesisError } from "../errors.ts";
import type { Address, Cid, Hash32 } from "../ids.ts";
import { fromHex, toHex } from "./bytes.ts";
import type { CborValue } from "./cbor.ts";
import { cidFromCbor, cidToCbor } from "./cid.ts";

/** How one type maps to CBOR and back. `decode` is total: it returns a `T` or throws an AnamnesisError. */
export interface Codec<T> {
  toCbor(value: T): CborValue;
  /** `path` names the place for the error, such as `header.body.core`. Throws `bad-field` and kin. */
  fromCbor(value: CborValue, path: string): T;
}

export type Infer<C> = C extends Codec<infer T> ? T : never;

export function badField(path: string, expected: string): AnamnesisError<"bad-field"> {
  return new AnamnesisError({
    code: "bad-field",
    rule: `The field ${path} must be ${expected}.`,
    fix: "Compare the structure with docs/formats.md.",
    meta: { path },
  });
}

function checked<T>(test: (value: CborValue) => boolean, expected: string): Codec<T> {
  const check = (value: CborValue, path: string): T => {
    if (!test(value)) throw badField(path, expected);
    return value as T;
  };
  return { toCbor: (value) => check(value as CborValue, "value") as CborValue, fromCbor: check };
}

/** Unsigned integer up to `max` (at most 2^53 - 1). */
export function uint<T extends number = number>(max: number = Number.MAX_SAFE_INTEGER): Codec<T> {
  return checked<T>(
    (v) => typeof v === "number" && Number.isSafeInteger(v) && v >= 0 && v <= max,
    `an unsigned integer up to ${max}`,
  );
}

/** Integer within ±`limit`. */
export function int<T extends number = number>(limit: number): Codec<T> {
  return checked<T>(
    (v) => typeof v === "number" && Number.isSafeInteger(v) && Math.abs(v) <= limit,
    `an integer within ±${limit}`,
  );
}

/** Exactly `length` bytes. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return checked<Uint8Array>((v) => v instanceof Uint8Array && v.length === length, `${length} bytes`);
}

/** At most `max` bytes. */
export function varBytes(max: number): Codec<Uint8Array> {
  return checked<Uint8Array>((v) => v instanceof Uint8Array && v.length <= max, `at most ${max} bytes`);
}

/** Text of at most `max` UTF-16 code units. */
export function text<T extends string = string>(max: number, pattern?: RegExp): Codec<T> {
  return checked<T>(
    (v) => typeof v === "string" && v.length <= max && (pattern === undefined || pattern.test(v)),
    `text of at most ${max} characters${pattern === undefined ? "" : ` that matches ${pattern.source}`}`,
  );
}

export const bool: Codec<boolean> = checked<boolean>((v) => typeof v === "boolean", "true or false");

/** One of a closed list of texts. */
export function oneOf<const T extends readonly string[]>(values: T): Codec<T[number]> {
  return checked<T[number]>(
    (v) => typeof v === "string" && values.includes(v),
    `one of ${values.join(", ")}`,
  );
}

function hexCodec<T extends Hash32>(length: number): Codec<T> {
  const inner = fixedBytes(length);
  return {
    toCbor: (value) => inner.toCbor(fromHex(value)),
    fromCbor: (value, path) => toHex<T>(inner.fromCbor(value, path)),
  };
}

/** 32 bytes, as `0x…` text in TypeScript. */
export function hash32<T extends Hash32 = Hash32>(): Codec<T> {
  return hexCodec<T>(32);
}

/** 20 bytes, as `0x…` text in TypeScript. */
export const address: Codec<Address> = hexCodec<Address>(20);

/** A CBOR tag 42. */
export const cid: Codec<Cid> = {
  toCbor: (value) => cidToCbor(value),
  fromCbor: (value) => cidFromCbor(value),
};

export function nullable<T>(inner: Codec<T>): Codec<T | null> {
  return {
    toCbor: (value) => (value === null ? null : inner.toCbor(value)),
    fromCbor: (value, path) => (value === null ? null : inner.fromCbor(value, path)),
  };
}

/** Array of `min` to `max` items. */
export function array<T>(inner: Codec<T>, max: number, min = 0): Codec<readonly T[]> {
  return {
    toCbor: (value) => value.map((item) => inner.toCbor(item)),
    fromCbor: (value, path) => {
      if (!Array.isArray(value) || value.length > max || value.length < min) {
        throw badField(path, `an array of ${min} to ${max} items`);
      }
      return value.map((item, i) => inner.fromCbor(item as CborValue, `${path}[${i}]`));
    },
  };
}

/** A field that may be absent (never `null` or `undefined` on the wire). */
export interface OptionalCodec<T> extends Codec<T> {
  readonly optional: true;
}

export function optional<T>(inner: Codec<T>): OptionalCodec<T> {
  return { ...inner, optional: true };
}

/** A name kept for a later version. A structure that carries it is refused with `reserved-field`. */
export interface ReservedField {
  readonly reserved: true;
}

export const reserved: ReservedField = { reserved: true };

export type Fields = Readonly<Record<string, Codec<never> | OptionalCodec<never> | ReservedField>>;

type AnyFields = Readonly<Record<string, unknown>>;
type RequiredKeys<F extends AnyFields> = {
  [K in keyof F]: F[K] extends ReservedField ? never : F[K] extends { readonly optional: true } ? never : K;
}[keyof F];
type OptionalKeys<F extends AnyFields> = {
  [K in keyof F]: F[K] extends { readonly optional: true } ? K : never;
}[keyof F];

export type Struct<F extends AnyFields> = {
  readonly [K in RequiredKeys<F>]: Infer<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: Infer<F[K]> };

function isReserved(field: unknown): field is ReservedField {
  return typeof field === "object" && field !== null && "reserved" in field;
}

function isOptional(field: unknown): boolean {
  return typeof field === "object" && field !== null && "optional" in field;
}

/** A map with a closed list of text keys. An unknown key is `unknown-field`, a missing one `missing-field`. */
export function struct<const F extends AnyFields>(fields: F): Codec<Struct<F>> {
  const entries = Object.entries(fields);
  return {
    toCbor: (value) => {
      const out: Record<string, CborValue> = {};
      const source = value as Record<string, unknown>;
      for (const [key, field] of entries) {
        if (isReserved(field)) continue;
        if (source[key] === undefined) {
          if (isOptional(field)) continue;
          throw badField(key, "present");
        }
        out[key] = (field as Codec<unknown>).toCbor(source[key]);
      }
      return out;
    },
    fromCbor: (value, path) => {
      if (!isMap(value)) throw badField(path, "a map");
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(fields, key)) throw structError("unknown-field", path, key);
        if (isReserved(fields[key])) throw structError("reserved-field", path, key);
      }
      const out: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        if (isReserved(field)) continue;
        const item = Object.hasOwn(value, key) ? value[key] : undefined;
        if (item === undefined) {
          if (isOptional(field)) continue;
          throw structError("missing-field", path, key);
        }
        out[key] = (field as Codec<unknown>).fromCbor(item, `${path}.${key}`);
      }
      return out as Struct<F>;
    },
  };
}

function isMap(value: CborValue): value is { readonly [key: string]: CborValue } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

type StructErrorCode = "unknown-field" | "reserved-field" | "missing-field";

function structError(code: StructErrorCode, path: string, key: string): AnamnesisError<StructErrorCode> {
  const rules: Record<StructErrorCode, string> = {
    "unknown-field": "A structure carries only the fields of its format.",
    "reserved-field": "A field that is kept for a later version of the format must not be present.",
    "missing-field": "A structure carries every required field of its format.",
  };
  // An unknown key is the sender's text and could be anything; only names that we know are repeated.
  const known = code !== "unknown-field";
  return new AnamnesisError({
    code,
    rule: rules[code],
    fix: "Compare the structure with docs/formats.md.",
    meta: { path, ...(known ? { field: key } : {}) },
  });
}

/** The same bytes under another TypeScript type: `to` may refine and throw. */
export function mapped<A, B>(inner: Codec<A>, to: (a: A, path: string) => B, from: (b: B) => A): Codec<B> {
  return {
    toCbor: (value) => inner.toCbor(from(value)),
    fromCbor: (value, path) => to(inner.fromCbor(value, path), path),
  };
}
