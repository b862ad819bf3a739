import { SUITE } from "../encoding/format.ts";
import { concatBytes, utf8ToBytes } from "../encoding/bytes.ts";
import { domainHash } from "../encoding/hash.ts";
import { hkdf } from "../crypto/kdf.ts";

export interface ContentKey {
  /** Key of the content's STREAM, 32 bytes. */
  readonly dek: Uint8Array;
  /** H(kc): stands in the header, so that one ciphertext opens under one key only; 32 bytes. */
  readonly commitment: Uint8Array;
  /** Opens the commitment and nothing else: whoever shows it has opened both locks; 32 bytes. */
  readonly kc: Uint8Array;
}

/** SHA-256("anamnesis/key-commitment/1" ‖ kc), 32 bytes. */
export function keyCommitmentOf(kc: Uint8Array): Uint8Array {
  return domainHash("anamnesis/key-commitment/1", kc);
}

/**
 * Both locks together: DEK ‖ kc = HKDF-SHA256(K1 ‖ G, info = "anamnesis/content-key/1" ‖ suite (1 byte) ‖ clabel ‖ U).
 * @param k1 32 bytes from lock A. @param G 33 bytes from lock B. @param clabel 32 bytes. @param U 33 bytes.
 */
export function contentKey(k1: Uint8Array, G: Uint8Array, clabel: Uint8Array, U: Uint8Array): ContentKey {
  const ikm = concatBytes(k1, G);
  const info = concatBytes(utf8ToBytes("anamnesis/content-key/1"), Uint8Array.of(SUITE), clabel, U);
  const out = hkdf(ikm, { info, length: 64 });
  ikm.fill(0);
  const kc = out.slice(32);
  return { dek: out.slice(0, 32), commitment: keyCommitmentOf(kc), kc };
}
