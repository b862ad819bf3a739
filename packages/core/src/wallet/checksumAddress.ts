import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromHex, toHex, utf8ToBytes } from "../encoding/bytes.ts";
import type { Address, Hex } from "../ids.ts";

/** An address as wallets and people write it: the case of each letter is a check of the whole (EIP-55). */
export function checksumAddress(address: Address): string {
  const digits = address.slice(2).toLowerCase();
  const hash = toHex(keccak_256(utf8ToBytes(digits))).slice(2);
  const cased = Array.from(digits, (digit, i) =>
    Number.parseInt(hash[i] as string, 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${cased.join("")}`;
}

/** The address in lower case; `null` for what is no address or whose letters are not those of its check. */
export function readChecksumAddress(text: string): Address | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return null;
  const address = toHex<Address>(fromHex(text.toLowerCase() as Hex));
  return checksumAddress(address) === text ? address : null;
}
