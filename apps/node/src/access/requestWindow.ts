import { AnamnesisError } from "@anamnesis/core/errors";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** Seconds by which a signed request may be older than the node's clock. */
export const REQUEST_WINDOW = 120;
/** Seconds by which it may be ahead of it. */
export const MOST_AHEAD = 5;
const MOST_NONCES = 1_000_000;

/**
 * Remembers the nonces of signed requests for as long as their time is acceptable. In memory: what the process before may
 * have admitted is refused by its time (`after`), so a restart opens no gap.
 */
export class RequestWindow {
  /** Seconds: no request of this time or before is admitted. */
  readonly after: number;
  readonly #seen = new Map<string, UnixSeconds>();

  /** @param after see `admittedBefore`. */
  constructor(after: number) {
    this.after = after;
  }

  /** Throws `stale-request`, `node-starting`, `replayed-request` or `busy`. @param nonce 32 bytes. */
  admit(nonce: Uint8Array, time: UnixSeconds, now: UnixSeconds): void {
    if (now - time > REQUEST_WINDOW || time - now > MOST_AHEAD) throw refused("stale-request");
    // The process before may have admitted it. Whoever signs anew is heard, so this is no word about the clock.
    if (time <= this.after) throw refused("node-starting");
    const key = toHex(nonce);
    if (this.#seen.has(key)) throw refused("replayed-request");
    this.#forget(now);
    if (this.#seen.size >= MOST_NONCES) throw refused("busy");
    this.#seen.set(key, time);
  }

  /** Entries stand in the order of arrival; the oldest go first. */
  #forget(now: UnixSeconds): void {
    for (const [key, time] of this.#seen) {
      if (now - time <= 2 * REQUEST_WINDOW) return;
      this.#seen.delete(key);
    }
  }
}

/**
 * The newest time of a request that the process before this one can have admitted, when there was one (`resumed`): until that is past,
 * the node takes no signed request. @param startedAt when this process took the lock of the data folder.
 */
export function admittedBefore(startedAt: UnixSeconds, resumed: boolean): number {
  return resumed ? startedAt + MOST_AHEAD : -1;
}

type WindowCode = "stale-request" | "node-starting" | "replayed-request" | "busy";

function refused(code: WindowCode): AnamnesisError<WindowCode> {
  const rules: Record<WindowCode, string> = {
    "stale-request": "A signed request is at most two minutes old and at most five seconds ahead.",
    "node-starting":
      "A signed request is younger than the node's process, so that none of before counts twice.",
    "replayed-request": "A signed request counts once.",
    busy: "A node remembers a bounded number of requests.",
  };
  return new AnamnesisError({
    code,
    rule: rules[code],
    fix:
      code === "stale-request"
        ? "Check this machine's clock and sign a new request."
        : "Sign a new request in some seconds.",
  });
}
