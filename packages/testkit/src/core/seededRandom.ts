import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, uintBytes, utf8ToBytes } from "@anamnesis/core/encoding/bytes";

/** Bytes that depend on the seed alone: SHA-256 in counter mode. For tests and vectors, never for keys that matter. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    for (let filled = 0; filled < length; filled += 32) {
      blocks.push(
        sha256(concatBytes(utf8ToBytes(`anamnesis/test-random/${seed}/`), uintBytes(counter++, 6))),
      );
    }
    return concatBytes(...blocks).slice(0, length);
  };
}
