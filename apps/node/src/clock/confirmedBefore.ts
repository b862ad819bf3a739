import { parseUnixSeconds, type UnixSeconds } from "@anamnesis/core/ids";

/** Seconds ahead that are the clock's own correction, not somebody who set it. */
const CORRECTION = 5;

/**
 * When the copy of the ledger was last confirmed, for who asks how old that is. A confirmation that lies ahead was noted before the clock
 * was set back. How long ago it was, nobody knows: it is none (0), and what needs a fresh copy refuses until the next one.
 */
export function confirmedBefore(confirmedAt: UnixSeconds, localTime: UnixSeconds): UnixSeconds {
  return confirmedAt > localTime + CORRECTION ? parseUnixSeconds(0) : confirmedAt;
}
