import { hkdf } from "../crypto/kdf.ts";
import { concatBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { SUITE } from "../encoding/format.ts";
import { coreLabel, type RecordBody } from "./header.ts";

/**
 * X-Wing seed (32 bytes) that whoever has both locks of a record open has, and nobody else: what is said about the record to all its readers is sealed to its public key. Its
 * author, who made both, could have kept it.
 */
export function readersSeed({ core, U }: RecordBody, k1: Uint8Array, G: Uint8Array): Uint8Array {
  return readersSeedOf(k1, G, coreLabel(core), U);
}

/**
 * HKDF-SHA256(K1 ‖ G, info = "anamnesis/readers/1" ‖ suite (1 byte) ‖ clabel ‖ U), 32 bytes.
 * @param k1 32 bytes from lock A. @param G 33 bytes from lock B. @param clabel 32 bytes. @param U 33 bytes.
 */
export function readersSeedOf(k1: Uint8Array, G: Uint8Array, clabel: Uint8Array, U: Uint8Array): Uint8Array {
  const ikm = concatBytes(k1, G);
  const info = concatBytes(utf8ToBytes("anamnesis/readers/1"), Uint8Array.of(SUITE), clabel, U);
  const seed = hkdf(ikm, { info, length: 32 });
  ikm.fill(0);
  return seed;
}
