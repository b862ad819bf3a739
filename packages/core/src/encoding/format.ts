import { sha256 } from "../crypto/sha256.ts";
import { AnamnesisError } from "../errors.ts";
import type { Cid, Digest } from "../ids.ts";
import { toHex } from "./bytes.ts";
import { type CborValue, decodeCbor, encodeCbor } from "./cbor.ts";
import { cidOf, CODEC_DAG_CBOR } from "./cid.ts";
import type { Codec } from "./codec.ts";

/** Version of the formats. What was written before they were complete has version 0 and is refused. */
export const FORMAT_VERSION = 1;
/** Suite 1: X-Wing, HKDF-SHA256, AES-256-GCM, TDH2 over secp256k1, SHA-256. */
export const SUITE = 1;

/**
 * A named structure on the wire: the CBOR array `[version, suite, kind, fields]`. Version and suite
 * come first in the bytes, and the kind is part of all that is hashed or signed, so that no structure
 * can be taken for another.
 */
export interface Format<T> extends Codec<T> {
  readonly kind: string;
  readonly maxBytes: number;
  encode(value: T): Uint8Array;
  /** Throws `too-large`, `not-canonical`, `unknown-version`, `unknown-suite`, `unexpected-kind` or a field's error. */
  decode(bytes: Uint8Array): T;
  /** SHA-256 of the encoding, 32 bytes. */
  digest(value: T): Digest;
  cid(value: T): Cid;
}

/** @param maxBytes longest encoding that `decode` looks at. */
export function defineFormat<T>(kind: string, fields: Codec<T>, maxBytes: number): Format<T> {
  const format: Format<T> = {
    kind,
    maxBytes,
    toCbor: (value) => [FORMAT_VERSION, SUITE, kind, fields.toCbor(value)],
    fromCbor: (value) => fields.fromCbor(checkFrame(value, kind), kind),
    encode: (value) => encodeCbor(format.toCbor(value)),
    decode: (bytes) => {
      if (bytes.length > maxBytes) throw frameError("too-large", kind);
      return format.fromCbor(decodeCbor(bytes), kind);
    },
    digest: (value) => toHex<Digest>(sha256(format.encode(value))),
    cid: (value) => cidOf(format.encode(value), CODEC_DAG_CBOR),
  };
  return format;
}

function checkFrame(value: CborValue, kind: string): CborValue {
  if (!Array.isArray(value) || value.length < 2) throw frameError("unexpected-kind", kind);
  const [version, suite, found, fields, more] = value as readonly CborValue[];
  if (version !== FORMAT_VERSION) throw frameError("unknown-version", kind);
  if (suite !== SUITE) throw frameError("unknown-suite", kind);
  if (found !== kind || fields === undefined || more !== undefined) throw frameError("unexpected-kind", kind);
  return fields;
}

type FrameErrorCode = "too-large" | "unknown-version" | "unknown-suite" | "unexpected-kind";

function frameError(code: FrameErrorCode, kind: string): AnamnesisError<FrameErrorCode> {
  const parts: Record<FrameErrorCode, { rule: string; fix: string }> = {
    "too-large": {
      rule: `A ${kind} has a largest size.`,
      fix: "Split what you send, see docs/formats.md for the limits.",
    },
    "unknown-version": {
      rule: `This program reads version ${FORMAT_VERSION} of the formats.`,
      fix: "Update the side with the older program; what version 0 wrote was for trials and is made anew.",
    },
    "unknown-suite": {
      rule: `This program knows the cryptographic suite ${SUITE}.`,
      fix: "Update the side with the older program.",
    },
    "unexpected-kind": {
      rule: `Here a ${kind} is expected: [version, suite, "${kind}", fields].`,
      fix: "Check which structure you sent to which place.",
    },
  };
  return new AnamnesisError({ code, ...parts[code], meta: { kind } });
}
