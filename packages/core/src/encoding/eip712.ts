import { keccak_256 } from "@noble/hashes/sha3.js";
import { AnamnesisError } from "../errors.ts";
import type { Address, Hex } from "../ids.ts";
import { concatBytes, fromHex, utf8ToBytes } from "./bytes.ts";

export interface TypedDataDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
}

export interface TypedDataField {
  readonly type: string;
  readonly name: string;
}

/** Fields of each struct that others refer to, by its name. */
export type TypedDataStructs = Readonly<Record<string, readonly TypedDataField[]>>;

/**
 * EIP-712 typed data: a struct with fields of atomic types (`bytes32 address bool uintN intN`), `string`, `bytes` (as hexadecimal), the structs in
 * `types`, and arrays of those. Structs refer to each other without circles.
 */
export interface TypedData {
  readonly domain: TypedDataDomain;
  readonly primaryType: string;
  readonly fields: readonly TypedDataField[];
  /** None by default. */
  readonly types?: TypedDataStructs;
  readonly message: Readonly<Record<string, unknown>>;
}

const DOMAIN_FIELDS: readonly TypedDataField[] = [
  { type: "string", name: "name" },
  { type: "string", name: "version" },
  { type: "uint256", name: "chainId" },
  { type: "address", name: "verifyingContract" },
];

/** keccak256(0x1901 ‖ domain separator ‖ struct hash), 32 bytes (EIP-712). Throws `bad-typed-data`. */
export function typedDataDigest(data: TypedData): Uint8Array {
  return keccak_256(
    concatBytes(
      Uint8Array.of(0x19, 0x01),
      domainSeparator(data.domain),
      structHash(data.primaryType, data.fields, data.message, data.types),
    ),
  );
}

/** A program signs and verifies under a handful of domains, each of them many times. */
const MOST_DOMAINS = 64;
const separators = new Map<string, Uint8Array>();

/** keccak256 of the domain's struct, 32 bytes (EIP-712). */
function domainSeparator(domain: TypedDataDomain): Uint8Array {
  const { name, version, chainId, verifyingContract } = domain;
  const key = JSON.stringify([name, version, chainId, verifyingContract]);
  const known = separators.get(key);
  if (known !== undefined) return known;
  const separator = structHash("EIP712Domain", DOMAIN_FIELDS, { ...domain });
  if (separators.size >= MOST_DOMAINS) separators.clear();
  separators.set(key, separator);
  return separator;
}

/** keccak256(type hash ‖ encoded fields), 32 bytes. */
export function structHash(
  name: string,
  fields: readonly TypedDataField[],
  message: Readonly<Record<string, unknown>>,
  types: TypedDataStructs = {},
): Uint8Array {
  const words = fields.map((field) => encodeField(field.type, message[field.name], types));
  return keccak_256(concatBytes(typeHash(name, fields, types), ...words));
}

/** By the text of the type: there are as many as kinds of structs in the program. */
const typeHashes = new Map<string, Uint8Array>();

function typeHash(name: string, fields: readonly TypedDataField[], types: TypedDataStructs): Uint8Array {
  const referred = [...referredTo(fields, types)].filter((other) => other !== name).sort();
  const type = [
    typeText(name, fields),
    ...referred.map((other) => typeText(other, types[other] as readonly TypedDataField[])),
  ].join("");
  const known = typeHashes.get(type);
  if (known !== undefined) return known;
  const hash = keccak_256(utf8ToBytes(type));
  typeHashes.set(type, hash);
  return hash;
}

function typeText(name: string, fields: readonly TypedDataField[]): string {
  return `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`;
}

/** Names of the structs that the fields refer to, and those refer to. */
function referredTo(
  fields: readonly TypedDataField[],
  types: TypedDataStructs,
  found = new Set<string>(),
): ReadonlySet<string> {
  for (const field of fields) {
    const name = field.type.replace(/(?:\[\])+$/, "");
    if (found.has(name) || !Object.hasOwn(types, name)) continue;
    found.add(name);
    referredTo(types[name] as readonly TypedDataField[], types, found);
  }
  return found;
}

function encodeField(type: string, value: unknown, types: TypedDataStructs): Uint8Array {
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) throw badTypedData(type);
    return keccak_256(concatBytes(...value.map((item) => encodeField(type.slice(0, -2), item, types))));
  }
  if (Object.hasOwn(types, type)) {
    if (typeof value !== "object" || value === null) throw badTypedData(type);
    const message = value as Readonly<Record<string, unknown>>;
    return structHash(type, types[type] as readonly TypedDataField[], message, types);
  }
  if (type === "string") {
    if (typeof value !== "string") throw badTypedData(type);
    return keccak_256(utf8ToBytes(value));
  }
  if (type === "bytes") {
    if (typeof value !== "string") throw badTypedData(type);
    return keccak_256(fromHex(value as Hex));
  }
  return abiWord(type, value);
}

/**
 * One value of an atomic type as the 32 bytes that the ABI, and EIP-712 with it, encode it to: `bytes32`, `address`, `bool`,
 * `uintN`, `intN`, and `bytes4`, which stands at the left. Throws `bad-typed-data`.
 */
export function abiWord(type: string, value: unknown): Uint8Array {
  if (type === "bool") {
    if (typeof value !== "boolean") throw badTypedData(type);
    return word(value ? 1n : 0n);
  }
  if (type === "bytes32" || type === "address") {
    const bytes = typeof value === "string" ? fromHex(value as Hex) : new Uint8Array();
    if (bytes.length !== (type === "bytes32" ? 32 : 20)) throw badTypedData(type);
    return concatBytes(new Uint8Array(32 - bytes.length), bytes);
  }
  if (type === "bytes4") {
    const bytes = typeof value === "string" ? fromHex(value as Hex) : new Uint8Array();
    if (bytes.length !== 4) throw badTypedData(type);
    return concatBytes(bytes, new Uint8Array(28));
  }
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits === undefined) throw badTypedData(type);
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isSafeInteger(value))) {
    throw badTypedData(type);
  }
  const integer = BigInt(value);
  const size = BigInt(bits);
  const [low, high] = sign === "u" ? [0n, 1n << size] : [-(1n << (size - 1n)), 1n << (size - 1n)];
  if (integer < low || integer >= high) throw badTypedData(type);
  return word(BigInt.asUintN(256, integer));
}

function word(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, "0")}`);
}

function badTypedData(type: string): AnamnesisError<"bad-typed-data"> {
  return new AnamnesisError({
    code: "bad-typed-data",
    rule: "A field of EIP-712 typed data has the type that its struct names.",
    fix: "Give every field, in its declared type and range.",
    meta: { type },
  });
}
