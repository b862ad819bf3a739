import { sha256 as incremental } from "@noble/hashes/sha2.js";
import { CID } from "multiformats/cid";
import * as MultihashDigest from "multiformats/hashes/digest";
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

function check(cid: CID): CID {
  if (cid.version !== 1 || !CODECS.has(cid.code) || cid.multihash.code !== SHA2_256) throw badCid();
  if (cid.multihash.digest.length !== 32) throw badCid();
  return cid;
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
  return CID.createV1(codec, MultihashDigest.create(SHA2_256, digest)).toString() as Cid;
}

/** Throws `bad-cid`. */
export function parseCid(text: string): Cid {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch {
    throw badCid();
  }
  if (check(cid).toString() !== text) throw badCid();
  return text as Cid;
}

/** The SHA-256 inside a CID, 32 bytes. */
export function cidDigest(cid: Cid): Uint8Array {
  return CID.parse(cid).multihash.digest;
}

export function cidDigestHex(cid: Cid): Digest {
  return toHex<Digest>(cidDigest(cid));
}

export function cidToCbor(cid: Cid): CborLink {
  const link: unknown = CID.parse(cid);
  return link as CborLink;
}

/** Throws `bad-cid`. */
export function cidFromCbor(value: CborValue): Cid {
  const cid = CID.asCID(value);
  if (cid === null) throw badCid();
  return check(cid).toString() as Cid;
}
