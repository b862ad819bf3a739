import { uintBytes } from "@anamnesis/core/encoding/bytes";
import { domainHash } from "@anamnesis/core/encoding/hash";

let block = 0;

/** Different bytes at each call and the same in each run: hashes of a counter. */
export const random = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    bytes.set(domainHash("test-random", uintBytes(block++, 6)).subarray(0, length - at), at);
  }
  return bytes;
};
