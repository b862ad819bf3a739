import { hkdf } from "@anamnesis/core/crypto/kdf";
import { toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { AnamnesisError } from "@anamnesis/core/errors";
import type { Digest } from "@anamnesis/core/ids";
import { type CodeKind, printCode, readCode } from "./groupedCode.ts";

/** 128 bits and a checksum: 32 characters. */
const CODE: CodeKind = { prefix: "AH1", domain: "anamnesis/hand-over-code/1", secret: 16, checksum: 4 };

/** Bytes of the secret in a one-time code. */
export const HAND_OVER_SECRET_BYTES = CODE.secret;

/** `AH1` and eight groups of four characters: for a QR code, or to be typed. */
export function printHandOverCode(secret: Uint8Array): string {
  return printCode(CODE, secret);
}

/** The secret (16 bytes). Throws `bad-hand-over-code` with `meta.reason` `form` or `checksum`. */
export function readHandOverCode(text: string): Uint8Array {
  const secret = readCode(CODE, text);
  if (secret instanceof Uint8Array) return secret;
  throw new AnamnesisError({
    code: "bad-hand-over-code",
    rule: "A one-time code is AH1 and eight groups of four characters that fit their checksum.",
    fix: "Scan it again, or type all groups as they are shown.",
    meta: { reason: secret },
  });
}

export interface HandOverKeys {
  /** Under which name a node keeps it: says nothing of the key. */
  readonly locator: Digest;
  /** AES-256-GCM, 32 bytes; seals once. */
  readonly key: Uint8Array;
}

/** HKDF-SHA256 of the code's secret, one domain each. */
export function handOverKeys(secret: Uint8Array): HandOverKeys {
  const derive = (domain: string): Uint8Array => hkdf(secret, { info: utf8ToBytes(domain), length: 32 });
  return {
    locator: toHex(derive("anamnesis/hand-over-locator/1")),
    key: derive("anamnesis/hand-over-key/1"),
  };
}
