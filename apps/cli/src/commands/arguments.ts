import { InvalidArgumentError } from "commander";
import { type Address, type Hash32, parseAddress } from "@anamnesis/core/ids";

/** 32 bytes in hexadecimal: an id or a digest. */
export function parseHash32(text: string): Hash32 {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("");
  return text as Hash32;
}

export function parseAccount(text: string): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError("");
  return parseAddress(text);
}
