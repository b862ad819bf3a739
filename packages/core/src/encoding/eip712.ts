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

/**
 * EIP-712 typed data of one flat struct: fields of atomic types (`bytes32 address bool uintN intN`), `string`,
 * and arrays of those. No nested structs: none of what we sign needs them, and a wallet shows flat ones better.
 */
export interface TypedData {
  readonly domain: TypedDataDomain;
  readonly primaryType: string;
  readonly fields: readonly TypedDataField[];
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
      structHash(data.primaryType, data.fields, data.message),
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
): Uint8Array {
  const words = fields.map((field) => encodeField(field.type, message[field.name]));
  return keccak_256(concatBytes(typeHash(name, fields), ...words));
}

/** By the text of the type: there are as many as kinds of structs in the program. */
const typeHashes = new Map<string, Uint8Array>();

function typeHash(name: string, fields: readonly TypedDataField[]): Uint8Array {
  const type = `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(",")})`;
  const known = typeHashes.get(type);
  if (known !== undefined) return known;
  const hash = keccak_256(utf8ToBytes(type));
  typeHashes.set(type, hash);
  return hash;
}

function encodeField(type: string, value: unknown): Uint8Array {
  if (type.endsWith("[]")) {
    if (!Array.isArray(value)) throw badTypedData(type);
    return keccak_256(concatBytes(...value.map((item) => encodeField(type.slice(0, -2), item))));
  }
  if (type === "string") {
    if (typeof value !== "string") throw badTypedData(type);
    return keccak_256(utf8ToBytes(value));
  }
  if (type === "bool") {
    if (typeof value !== "boolean") throw badTypedData(type);
    return word(value ? 1n : 0n);
  }
  if (type === "bytes32" || type === "address") {
    const bytes = typeof value === "string" ? fromHex(value as Hex) : new Uint8Array();
    if (bytes.length !== (type === "bytes32" ? 32 : 20)) throw badTypedData(type);
    return concatBytes(new Uint8Array(32 - bytes.length), bytes);
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
