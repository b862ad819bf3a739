import { createHash } from "node:crypto";
import type { Address } from "@anamnesis/core/ids";

/** Under which name an account knows a wallet: SHA-256 of `wallet`, a zero byte and the address, in hexadecimal. */
export function walletLogin(address: Address): string {
  return createHash("sha256").update(`wallet\0${address.toLowerCase()}`).digest("hex");
}
