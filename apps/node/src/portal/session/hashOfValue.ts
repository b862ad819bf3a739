import { createHash } from "node:crypto";

/** Under which a store knows a browser's value: its SHA-256 in hexadecimal. */
export function hashOfValue(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
