import { sha256 as incremental } from "@noble/hashes/sha2.js";
import { CID } from "multiformats/cid";
import { sha256 } from "../crypto/sha256.ts";
import { AnamnesisError } from "../errors.ts";
import type { Cid, Digest } from "../ids.ts";
import { toHex } from "./bytes.ts";
import type { CborLink, CborValue } from "./cbor.ts";

const SHA2_256 = 0x12;
export const CODEC_RAW = 0x55;
export const CODEC_DAG_CBOR = 0x71;
const CODECS = new Set<number>([CODEC_RAW, CODEC_DAG_CBOR]);

function badCid(): AnamnesisError<"bad-cid"> {
  return new AnamnesisError({
    code: "bad-cid",
    rule: "A CID is version 1, sha2-256, codec raw or dag-cbor, in lower-case base32.",
    fix: "Give the id exactly as the node returned it.",
  });
}

/*
 * All our CIDs have one form: 36 bytes, which are 1 (version), codec, 0x12 (sha2-256), 32 (length) and the digest, and as text `b`
 * (multibase base32) with the 58 letters of these bytes (RFC 4648 section 6, lower case, no padding).
 */
const PREFIX_BYTES = 4;
const CID_BYTES = PREFIX_BYTES + 32;
const TEXT_LETTERS = 58;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** The number of each letter by its code, 255 for what is none. */
const NUMBERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const number = ALPHABET.indexOf(String.fromCharCode(code));
  return number < 0 ? 255 : number;
});

function cidBytes(codec: number, digest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CID_BYTES);
  bytes.set([1, codec, SHA2_256, 32]);
  bytes.set(digest, PREFIX_BYTES);
  return checked(bytes);
}

function checked(bytes: Uint8Array): Uint8Array {
  const wellFormed =
    bytes.length === CID_BYTES &&
    bytes[0] === 1 &&
    CODECS.has(bytes[1] as number) &&
    bytes[2] === SHA2_256 &&
    bytes[3] === 32;
  if (!wellFormed) throw badCid();
  return bytes;
}

/** @param bytes of a whole CID. */
function cidText(bytes: Uint8Array): Cid {
  let text = "b";
  let bits = 0;
  let rest = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (bits += 8; bits >= 5;) text += ALPHABET[(rest >> (bits -= 5)) & 31];
    rest &= 31;
  }
  return `${text}${ALPHABET[(rest << (5 - bits)) & 31]}` as Cid;
}

/** Throws `bad-cid` at any other text than the one of its bytes. */
function bytesOfText(text: string): Uint8Array {
  if (text.length !== TEXT_LETTERS + 1 || text[0] !== "b") throw badCid();
  const bytes = new Uint8Array(CID_BYTES);
  let at = 0;
  let bits = 0;
  let rest = 0;
  for (let i = 1; i <= TEXT_LETTERS; i++) {
    const number = NUMBERS[text.charCodeAt(i)] ?? 255;
    if (number === 255) throw badCid();
    rest = ((rest & 0xff) << 5) | number;
    bits += 5;
    if (bits >= 8) bytes[at++] = (rest >> (bits -= 8)) & 0xff;
  }
  // 58 letters are two bits more than 36 bytes, and one value has one text.
  if ((rest & 3) !== 0) throw badCid();
  return checked(bytes);
}

/** The address of these bytes. `codec` is `CODEC_RAW` for ciphertext, `CODEC_DAG_CBOR` for structures. */
export function cidOf(bytes: Uint8Array, codec: number): Cid {
  return cidFromDigest(sha256(bytes), codec);
}

/** Takes bytes in order and gives the address of all of them: `cidOf` without the bytes in memory at once. */
export class CidHasher {
  readonly #hash = incremental.create();
  #length = 0;

  update(piece: Uint8Array): this {
    this.#hash.update(piece);
    this.#length += piece.length;
    return this;
  }

  /** Bytes taken so far. */
  get length(): number {
    return this.#length;
  }

  /** Once, at the end. */
  cid(codec: number): Cid {
    return cidFromDigest(this.#hash.digest(), codec);
  }
}

/** The address of bytes whose SHA-256 is already known (32 bytes). */
export function cidFromDigest(digest: Uint8Array, codec: number): Cid {
  return cidText(cidBytes(codec, digest));
}

/** Throws `bad-cid`. */
export function parseCid(text: string): Cid {
  bytesOfText(text);
  return text as Cid;
}

/** The SHA-256 inside a CID, 32 bytes. */
export function cidDigest(cid: Cid): Uint8Array {
  return bytesOfText(cid).slice(PREFIX_BYTES);
}

export function cidDigestHex(cid: Cid): Digest {
  return toHex<Digest>(cidDigest(cid));
}

export function cidToCbor(cid: Cid): CborLink {
  const bytes = bytesOfText(cid);
  return { "/": bytes, bytes };
}

/** Throws `bad-cid`. */
export function cidFromCbor(value: CborValue): Cid {
  const cid = CID.asCID(value);
  if (cid === null) throw badCid();
  return cidText(checked(cid.bytes));
}
