import { hkdf } from "@anamnesis/core/crypto/kdf";
import { concatBytes, toHex, utf8ToBytes } from "@anamnesis/core/encoding/bytes";
import { sha256 } from "@anamnesis/core/crypto/sha256";

/**
 * A name for what is written, which is its FHIR id and stands in the journal: the same for the same words about the same patient, so that a repetition writes once. Nobody without the writer's key can try out which
 * words it stands for.
 *
 * @param secret of the writer, 32 bytes. `context`: all that makes it another writing.
 */
export function draftOf(secret: Uint8Array, bytes: Uint8Array, context: readonly string[]): string {
  const info = concatBytes(
    utf8ToBytes("anamnesis/1/draft"),
    sha256(bytes),
    utf8ToBytes(JSON.stringify(context)),
  );
  return toHex(hkdf(secret, { info, length: 16 })).slice(2);
}
