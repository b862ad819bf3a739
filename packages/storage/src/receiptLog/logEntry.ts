import type { ReceiptLogEntry } from "@anamnesis/core/ports/receiptLog";
import { logError } from "./logErrors.ts";

export const COMMITMENT_BYTES = 32;
export const TAG_BYTES = 32;
export const MAX_SEALED_BYTES = 262_144;

/** A copy that shares no memory with `entry`. Not by `slice`: on a Buffer it copies nothing. */
export function copyEntry(entry: ReceiptLogEntry): ReceiptLogEntry {
  return {
    commitment: Uint8Array.from(entry.commitment),
    sealed: Uint8Array.from(entry.sealed),
    tag: Uint8Array.from(entry.tag),
  };
}

/** Throws `log-entry`. */
export function checkEntry(entry: ReceiptLogEntry): void {
  if (
    entry.commitment.length !== COMMITMENT_BYTES ||
    entry.tag.length !== TAG_BYTES ||
    entry.sealed.length > MAX_SEALED_BYTES
  ) {
    throw logError("log-entry");
  }
}
