import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "../encoding/bytes.ts";

/** keccak256 of "\x19Ethereum Signed Message:\n", the length in bytes, and the text in UTF-8: what `personal_sign` signs (ERC-191 version 0x45), 32 bytes. */
export function personalMessageDigest(text: string): Uint8Array {
  const bytes = utf8ToBytes(text);
  return keccak_256(concatBytes(utf8ToBytes(`\u0019Ethereum Signed Message:\n${bytes.length}`), bytes));
}
