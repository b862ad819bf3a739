import { AnamnesisError } from "@anamnesis/core/errors";
import { toHex } from "@anamnesis/core/encoding/bytes";
import type { UnixSeconds } from "@anamnesis/core/ids";

/** Seconds by which a signed request's time may differ from the node's clock. */
export const REQUEST_WINDOW = 120;
const MOST_NONCES = 1_000_000;

/**
 * Remembers the nonces of signed requests for as long as their time is acceptable. In memory: a request that is older
 * than the process is refused, so a restart opens no gap.
 */
export class RequestWindow {
  readonly #startedAt: UnixSeconds;
  readonly #seen = new Map<string, UnixSeconds>();

  constructor(startedAt: UnixSeconds) {
    this.#startedAt = startedAt;
  }

  /** Throws `stale-request` or `replayed-request`. @param nonce 32 bytes. */
  admit(nonce: Uint8Array, time: UnixSeconds, now: UnixSeconds): void {
    if (Math.abs(now - time) > REQUEST_WINDOW || time < this.#startedAt - 1) throw refused("stale-request");
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

function refused(code: "stale-request" | "replayed-request" | "busy"): AnamnesisError<typeof code> {
  const rules = {
    "stale-request": "A signed request is younger than two minutes, and younger than the node's process.",
    "replayed-request": "A signed request counts once.",
    busy: "A node remembers a bounded number of requests.",
  };
  return new AnamnesisError({
    code,
    rule: rules[code],
    fix: "Check this machine's clock and sign a new request.",
  });
}
