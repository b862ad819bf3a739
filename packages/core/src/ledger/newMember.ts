import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, toHex, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { abiWord } from "../encoding/eip712.ts";
import { AnamnesisError } from "../errors.ts";
import type { Address, Digest, Hash32, OrganisationId } from "../ids.ts";
import { MEMBER_KINDS, type MemberKind } from "../ports/ledger.ts";

/** An organisation as it asks to be admitted, and as the ledger admits it. */
export interface NewMember {
  /** Digest of the organisation's first key card. */
  readonly organisation: OrganisationId;
  readonly kind: MemberKind;
  readonly signer: Address;
  readonly keyCard: Digest;
  /** Whether it may hold a share of a committee key. */
  readonly custodian: boolean;
  /** 1 to 256 bytes. */
  readonly name: string;
  /** 1 to 256 bytes of visible ASCII. */
  readonly endpoint: string;
}

const WORD = 32;
/** Of the struct's first part: five values and two offsets. */
const HEAD = 7 * WORD;

/** abi.encode of the fields as one struct (docs/formats.md). Throws `bad-typed-data`. */
export function encodeNewMember(member: NewMember): Uint8Array {
  const name = abiText(member.name);
  return concatBytes(
    uintBytes(WORD, WORD),
    abiWord("bytes32", member.organisation),
    abiWord("uint8", MEMBER_KINDS.indexOf(member.kind)),
    abiWord("address", member.signer),
    abiWord("bytes32", member.keyCard),
    abiWord("bool", member.custodian),
    uintBytes(HEAD, WORD),
    uintBytes(HEAD + name.length, WORD),
    name,
    abiText(member.endpoint),
  );
}

/** Reads what `encodeNewMember` or a contract encoded. Throws `bad-payload`. */
export function decodeNewMember(bytes: Uint8Array): NewMember {
  const struct = bytes.subarray(WORD);
  const word = (index: number): Uint8Array => wordAt(struct, index * WORD);
  const kind = MEMBER_KINDS[smallUint(word(1))];
  if (kind === undefined || smallUint(wordAt(bytes, 0)) !== WORD) throw badPayload();
  return {
    organisation: toHex<OrganisationId>(word(0)),
    kind,
    signer: toHex<Address>(word(2).subarray(12)),
    keyCard: toHex<Digest>(word(3)),
    custodian: smallUint(word(4)) === 1,
    name: textAt(struct, smallUint(word(5))),
    endpoint: textAt(struct, smallUint(word(6))),
  };
}

/** keccak256 of the encoded fields: what a proposal to admit names. */
export function joinRequestIdOf(member: NewMember): Hash32 {
  return toHex(keccak_256(encodeNewMember(member)));
}

/** 32 bytes of ABI encoding. Throws `bad-payload` when they are not there. */
export function wordAt(bytes: Uint8Array, start: number): Uint8Array {
  const word = bytes.subarray(start, start + WORD);
  if (word.length !== WORD) throw badPayload();
  return word;
}

/** Throws `bad-payload` above 2^53 - 1. */
export function smallUint(word: Uint8Array): number {
  const value = BigInt(toHex(word));
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw badPayload();
  return Number(value);
}

export function badPayload(): AnamnesisError<"bad-payload"> {
  return new AnamnesisError({
    code: "bad-payload",
    rule: "A proposal's payload is the ABI encoding that its action takes.",
    fix: "Update this program if the ledger's contracts are newer than it.",
  });
}

/** Length, bytes, zeros up to the next word. */
function abiText(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  return concatBytes(uintBytes(bytes.length, WORD), bytes, new Uint8Array(-bytes.length & (WORD - 1)));
}

/** Bytes that are no UTF-8 read as U+FFFD: the ledger asks for none. */
function textAt(struct: Uint8Array, start: number): string {
  const length = smallUint(wordAt(struct, start));
  const bytes = struct.subarray(start + WORD, start + WORD + length);
  if (bytes.length !== length) throw badPayload();
  return new TextDecoder().decode(bytes);
}
