import { InvalidArgumentError } from "commander";
import { type Address, type Day, type Hash32, parseAddress } from "@anamnesis/core/ids";

/** 32 bytes in hexadecimal: an id or a digest. */
export function parseHash32(text: string): Hash32 {
  if (!/^0x[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("");
  return text as Hash32;
}

/** `2026-01-31`, as days since 1970. */
export function parseDayArgument(text: string): Day {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // What is no day of the calendar comes back as another one.
  const same = Number.isFinite(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === text;
  if (!same) throw new InvalidArgumentError("");
  return (milliseconds / 86_400_000) as Day;
}

export function parseAccount(text: string): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError("");
  return parseAddress(text);
}
