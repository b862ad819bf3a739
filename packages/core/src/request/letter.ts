import { fixedBytes, struct, varBytes, type Infer } from "../encoding/codec.ts";
import { concatBytes, uintBytes, utf8ToBytes } from "../encoding/bytes.ts";
import type { Format } from "../encoding/format.ts";
import { hpkeOpen, hpkeSeal } from "../crypto/hpke.ts";
import { AnamnesisError } from "../errors.ts";

/** Something sealed to one key, and padded, so that its length says little. */
export const sealedPart = struct({ enc: fixedBytes(1120), ciphertext: varBytes(16_384 + 16) });
export type SealedPart = Infer<typeof sealedPart>;

/** Bytes of the length before the padded value. */
const LENGTH_BYTES = 4;

interface Sealing<T> {
  readonly format: Format<T>;
  /** ASCII, of this structure and this reader alone. */
  readonly domain: string;
  /** What the plaintext belongs to, of fixed lengths: it opens beside nothing else. */
  readonly bound: Uint8Array;
  /** Plaintexts are padded with zeros to a multiple of so many bytes. */
  readonly unit: number;
}

/** @param publicKey X-Wing, 1216 bytes. */
export async function sealPart<T>(
  { format, domain, bound, unit }: Sealing<T>,
  value: T,
  publicKey: Uint8Array,
): Promise<SealedPart> {
  const encoded = format.encode(value);
  const plaintext = new Uint8Array(Math.ceil((LENGTH_BYTES + encoded.length) / unit) * unit);
  plaintext.set(concatBytes(uintBytes(encoded.length, LENGTH_BYTES), encoded));
  return hpkeSeal({ publicKey, info: utf8ToBytes(domain), aad: bound, plaintext });
}

/** Throws `hpke-open`, `bad-padding`, and what the format's decoder throws. @param seed X-Wing, 32 bytes. */
export async function openPart<T>(
  { format, domain, bound, unit }: Sealing<T>,
  part: SealedPart,
  seed: Uint8Array,
): Promise<T> {
  const plaintext = await hpkeOpen({ seed, ...part, info: utf8ToBytes(domain), aad: bound });
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
  const end = LENGTH_BYTES + length;
  const padded = Math.ceil(end / unit) * unit === plaintext.length;
  if (!padded || plaintext.subarray(end).some((byte) => byte !== 0)) {
    throw new AnamnesisError({
      code: "bad-padding",
      rule: "What is sealed is padded with zeros to the next whole unit.",
      fix: "Have the sender's program updated; nothing was taken from this one.",
    });
  }
  return format.decode(plaintext.subarray(LENGTH_BYTES, end));
}
