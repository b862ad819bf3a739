import { AnamnesisError } from "@anamnesis/core/errors";
import { concatBytes, equalSecret } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";

/** Crockford's base 32: no I, L, O, U, so that a handwritten copy reads one way only. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX = "AK1";
/** 32 bytes of seed and 3 of checksum: 56 characters without padding bits. */
const CHECKSUM_BYTES = 3;
const CHARACTERS = 56;

/** 32 bytes from which all of a patient's keys come. Printed or split at enrolment, then deleted from the device. */
export function createSeed(random: (length: number) => Uint8Array): Uint8Array {
  return random(32);
}

function checksum(seed: Uint8Array): Uint8Array {
  return domainHash("anamnesis/recovery-kit/1", seed).subarray(0, CHECKSUM_BYTES);
}

/** The seed (32 bytes) for paper: `AK1` and 14 groups of four characters, the last ones a checksum. */
export function printRecoveryKit(seed: Uint8Array): string {
  const groups = encode(concatBytes(seed, checksum(seed))).match(/.{4}/g) ?? [];
  return [PREFIX, ...groups].join("-");
}

/**
 * The seed of a printed kit. Letter case, white space and hyphens do not matter; O reads as 0, I and L as 1.
 * Throws `bad-recovery-kit` with `meta.reason` `form` or `checksum`.
 */
export function readRecoveryKit(text: string): Uint8Array {
  const plain = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  if (!plain.startsWith(PREFIX)) throw badKit("form");
  const bytes = decode(plain.slice(PREFIX.length));
  const seed = bytes.slice(0, 32);
  const right = equalSecret(checksum(seed), bytes.subarray(32));
  bytes.fill(0);
  if (!right) throw badKit("checksum");
  return seed;
}

function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >>> (bits - 5)) & 31] ?? "";
    value &= 31;
  }
  return text;
}

function decode(text: string): Uint8Array {
  if (text.length !== CHARACTERS) throw badKit("form");
  const bytes = new Uint8Array((CHARACTERS * 5) / 8);
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) throw badKit("form");
    value = (value << 5) | digit;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = value >>> bits;
    value &= (1 << bits) - 1;
  }
  return bytes;
}

function badKit(reason: "form" | "checksum"): AnamnesisError<"bad-recovery-kit"> {
  return new AnamnesisError({
    code: "bad-recovery-kit",
    rule: "A recovery kit is AK1 and 14 groups of four characters that fit their checksum.",
    fix:
      reason === "form"
        ? "Type all groups as printed."
        : "Compare each group with the paper: at least one character differs.",
    meta: { reason },
  });
}
